import { isActive, type OneRosterFile, type OneRosterRecord } from './oneroster_files.ts'

/** The roles of OneRoster users who become parents, in order of preference. */
const parentRoles = ['parent', 'guardian', 'relative']

/** The roles of each user: OneRoster 1.1 has them in users.csv, 1.2 in roles.csv. */
export function rolesOf(roles: OneRosterFile, users: OneRosterFile) {
  const rolesByUser = new Map<string, Set<string>>()
  const add = (sourcedId: string, role: string) =>
    void rolesByUser.set(sourcedId, (rolesByUser.get(sourcedId) ?? new Set()).add(role.toLowerCase()))
  for (const user of users.records) if (user.cell('role')) add(user.cell('sourcedid'), user.cell('role'))
  for (const role of roles.records.filter(isActive)) add(role.cell('usersourcedid'), role.cell('role'))
  const rolesFor = (sourcedId: string) => rolesByUser.get(sourcedId) ?? new Set<string>()
  return {
    isStudent: (sourcedId: string) => rolesFor(sourcedId).has('student'),
    isParent: (sourcedId: string) => parentRoles.some((role) => rolesFor(sourcedId).has(role)),
    relationOf: (sourcedId: string) => parentRoles.find((role) => rolesFor(sourcedId).has(role)) ?? '',
  }
}
type Roles = ReturnType<typeof rolesOf>

/**
 * The parents of each student, by sourcedId. Column agentSourcedIds names a student's parents in the row of the student, or a
 * parent's students in the row of the parent, or both.
 */
export function parentsByStudent(users: ReadonlyMap<string, OneRosterRecord>, roles: Roles): Map<string, Set<string>> {
  const parents = new Map<string, Set<string>>()
  const add = (student: string, parent: string) => void parents.set(student, (parents.get(student) ?? new Set()).add(parent))
  for (const [sourcedId, user] of users)
    for (const agent of user.cell('agentsourcedids').split(',')) {
      const other = agent.trim()
      if (roles.isStudent(sourcedId) && roles.isParent(other)) add(sourcedId, other)
      if (roles.isParent(sourcedId) && roles.isStudent(other)) add(other, sourcedId)
    }
  return parents
}
