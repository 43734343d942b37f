import type { Unzipped } from '../../sheets/unzip.ts'
import { plainMobile } from './gather.ts'
import { onerosterClasses } from './oneroster_classes.ts'
import { isThere, type OneRosterFile, type OneRosterRecord, recordsOf } from './oneroster_files.ts'
import type { BadRow } from './reasons.ts'
import { NoRoster, type ParentColumns, type ParentSaid, type PupilColumns, type RosterFile, type Said } from './said.ts'

/**
 * OneRoster 1.1 and 1.2, the CSV binding (1EdTech). 1.1 has a user's role in users.csv, 1.2 in roles.csv. Parents are linked by
 * agentSourcedIds, which stands with the pupil, with the parent, or with both.
 */
export async function readOneRoster(files: Unzipped): Promise<RosterFile> {
  const read = (name: string) => recordsOf(files, name)
  const manifest = new Map(
    (await read('manifest.csv')).records.map(({ of }) => [of('propertyname').toLowerCase(), of('value').toLowerCase()]),
  )
  const version = manifest.get('oneroster.version')
  if (version !== undefined && !/^1\.[12](\.|$)/.test(version))
    throw new NoRoster(
      `manifest.csv: expected oneroster.version 1.1 or 1.2, got ${JSON.stringify(version)}`,
      `manifest.csv：只支持 OneRoster 1.1 和 1.2，这是 ${JSON.stringify(version)}`,
    )
  const users = await read('users.csv')
  const roles = rolesOf(await read('roles.csv'), users)
  const classesOf = onerosterClasses({
    classes: await read('classes.csv'),
    enrollments: await read('enrollments.csv'),
    orgs: await read('orgs.csv'),
    users,
  })
  const people = new Map(users.records.filter(isThere).map((user) => [user.of('sourcedid'), user]))
  const agents = agentsOf(people, roles)
  const phoneOf = phones()
  const bad: BadRow[] = []
  const said = [...people].flatMap(([sourcedId, user]): Said[] => {
    if (!roles.isStudent(sourcedId)) return []
    return [
      {
        file: users.name,
        line: user.line,
        columns,
        student_userid: sourcedId,
        name: nameOf(user),
        mobile: '',
        is_subscribe: '',
        classes: classesOf(sourcedId),
        parents: [...(agents.get(sourcedId) ?? [])].flatMap((agent): ParentSaid[] => {
          const parent = people.get(agent)
          // one who is named and is not there is somebody who has left
          if (!parent) return []
          return [
            { columns: parentColumns, parent_userid: agent, mobile: phoneOf(parent), relation: roles.relationOf(agent), is_subscribe: '' },
          ]
        }),
      },
    ]
  })
  const isWhole = !['users', 'enrollments', 'classes'].some((file) => manifest.get(`file.${file}`) === 'delta')
  return { said, bad, saysParents: true, isWhole, unread: [] }
}

const columns: PupilColumns = {
  student_userid: 'sourcedId',
  name: 'givenName',
  mobile: 'sms',
  is_subscribe: '',
  classes: 'classes.csv title',
}
const parentColumns: ParentColumns = { parent_userid: 'agentSourcedIds', mobile: 'sms', relation: 'role', is_subscribe: '' }

const family = ['parent', 'guardian', 'relative']

function rolesOf({ records }: OneRosterFile, users: OneRosterFile) {
  const roles = new Map<string, Set<string>>()
  const note = (sourcedId: string, role: string) => void roles.set(sourcedId, (roles.get(sourcedId) ?? new Set()).add(role.toLowerCase()))
  for (const user of users.records) if (user.of('role')) note(user.of('sourcedid'), user.of('role'))
  for (const role of records.filter(isThere)) note(role.of('usersourcedid'), role.of('role'))
  const rolesFor = (sourcedId: string) => roles.get(sourcedId) ?? new Set<string>()
  return {
    isStudent: (sourcedId: string) => rolesFor(sourcedId).has('student'),
    isFamily: (sourcedId: string) => family.some((role) => rolesFor(sourcedId).has(role)),
    relationOf: (sourcedId: string) => family.find((role) => rolesFor(sourcedId).has(role)) ?? '',
  }
}
type Roles = ReturnType<typeof rolesOf>

/** Pupil → parents, from whichever of the two names the other. */
function agentsOf(people: ReadonlyMap<string, OneRosterRecord>, roles: Roles): Map<string, Set<string>> {
  const agents = new Map<string, Set<string>>()
  const link = (pupil: string, parent: string) => void agents.set(pupil, (agents.get(pupil) ?? new Set()).add(parent))
  for (const [sourcedId, user] of people)
    for (const other of user
      .of('agentsourcedids')
      .split(',')
      .map((each) => each.trim())) {
      if (roles.isStudent(sourcedId) && roles.isFamily(other)) link(sourcedId, other)
      if (roles.isFamily(sourcedId) && roles.isStudent(other)) link(other, sourcedId)
    }
  return agents
}

/** Chinese names are written in one, family name first. */
function nameOf({ of }: OneRosterRecord): string {
  const [given, last] = [of('preferredgivenname') || of('givenname'), of('preferredfamilyname') || of('familyname')]
  if (!given && !last) return of('username')
  return /\p{Script=Han}/u.test(given + last) ? last + given : [given, last].filter(Boolean).join(' ')
}

/** A family's one telephone is that of the parent who comes first; here nobody is known by it. */
function phones() {
  const taken = new Map<string, string>()
  return ({ of }: OneRosterRecord): string => {
    const phone = plainMobile(of('sms') || of('phone'))
    if (phone === '' || (taken.get(phone) ?? of('sourcedid')) !== of('sourcedid')) return ''
    taken.set(phone, of('sourcedid'))
    return phone
  }
}
