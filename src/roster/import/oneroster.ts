import type { Unzipped } from '../../sheets/unzip.ts'
import { plainMobile } from './cells.ts'
import { sizeChecker } from './check_size.ts'
import { onerosterClasses } from './oneroster_classes.ts'
import { isActive, type OneRosterRecord, recordsOf } from './oneroster_files.ts'
import { parentsByStudent, rolesOf } from './oneroster_parents.ts'
import { type FileParent, type FileRow, type ParentColumns, type RosterFile, RosterFileError, type StudentColumns } from './roster_file.ts'

/** Reads an unzipped archive of OneRoster 1.1 or 1.2, CSV binding (1EdTech). Throws `RosterFileError` for another version. */
export async function readOneRoster(files: Unzipped): Promise<RosterFile> {
  const read = (name: string) => recordsOf(files, name)
  const manifest = new Map(
    (await read('manifest.csv')).records.map(({ cell }) => [cell('propertyname').toLowerCase(), cell('value').toLowerCase()]),
  )
  checkVersion(manifest.get('oneroster.version'))
  const users = await read('users.csv')
  const roles = rolesOf(await read('roles.csv'), users)
  const classesOf = onerosterClasses({
    classes: await read('classes.csv'),
    enrollments: await read('enrollments.csv'),
    orgs: await read('orgs.csv'),
    users,
  })
  const userById = new Map(users.records.filter(isActive).map((user) => [user.cell('sourcedid'), user]))
  const parents = parentsByStudent(userById, roles)
  const mobileOf = uniqueMobiles()
  const checkSize = sizeChecker()
  const rows = [...userById].flatMap(([sourcedId, user]): FileRow[] => {
    if (!roles.isStudent(sourcedId)) return []
    return [
      checkSize({
        file: users.name,
        line: user.line,
        columns,
        student_userid: sourcedId,
        name: nameOf(user),
        mobile: '',
        is_subscribe: '',
        classes: classesOf(sourcedId),
        parents: [...(parents.get(sourcedId) ?? [])].flatMap((parent_userid): FileParent[] => {
          const parent = userById.get(parent_userid)
          if (!parent) return [] // a parent who is named but has no active record has left
          return [
            {
              columns: parentColumns,
              parent_userid,
              mobile: mobileOf(parent),
              relation: roles.relationOf(parent_userid),
              is_subscribe: '',
            },
          ]
        }),
      }),
    ]
  })
  const isComplete = !['users', 'enrollments', 'classes'].some((file) => manifest.get(`file.${file}`) === 'delta')
  return { rows, hasParents: true, isComplete, unreadColumns: [] }
}

function checkVersion(version: string | undefined): void {
  if (version === undefined || /^1\.[12](\.|$)/.test(version)) return
  throw new RosterFileError(
    `manifest.csv: expected oneroster.version 1.1 or 1.2, got ${JSON.stringify(version)}`,
    `manifest.csv：只支持 OneRoster 1.1 和 1.2，这是 ${JSON.stringify(version)}`,
  )
}

const columns: StudentColumns = {
  student_userid: 'sourcedId',
  name: 'givenName',
  mobile: 'sms',
  is_subscribe: '',
  classes: 'classes.csv title',
}
const parentColumns: ParentColumns = { parent_userid: 'agentSourcedIds', mobile: 'sms', relation: 'role', is_subscribe: '' }

/** Given name and family name; a Chinese name is written without a space, family name first. */
function nameOf({ cell }: OneRosterRecord): string {
  const [given, last] = [cell('preferredgivenname') || cell('givenname'), cell('preferredfamilyname') || cell('familyname')]
  if (!given && !last) return cell('username')
  return /\p{Script=Han}/u.test(given + last) ? last + given : [given, last].filter(Boolean).join(' ')
}

/**
 * Returns a function that gives a parent's mobile. Where both parents have the same telephone, only the first gets it: a mobile
 * belongs to one parent, and OneRoster identifies parents by sourcedId anyway.
 */
function uniqueMobiles() {
  const ownerByMobile = new Map<string, string>()
  return ({ cell }: OneRosterRecord): string => {
    const mobile = plainMobile(cell('sms') || cell('phone'))
    const sourcedId = cell('sourcedid')
    if (mobile === '' || (ownerByMobile.get(mobile) ?? sourcedId) !== sourcedId) return ''
    ownerByMobile.set(mobile, sourcedId)
    return mobile
  }
}
