import { mobileColumns } from '../mobiles.ts'
import { keyOf, type NextNumber } from '../people.ts'
import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'

/**
 * People of a mirrored host as rows of this database. The host is the server whose contacts are copied: WeCom, or another Rollcall.
 * Its data is not checked against the rules of the calls. A column that the host does not give keeps its value.
 */
export type HostParent = { parent_userid: string; relation: string; mobile?: string; is_subscribe: number }
export type HostStudent = {
  student_userid: string
  name: string
  department: readonly number[]
  mobile?: string
  /** WeCom gives it for parents only; another Rollcall gives it for students too */
  is_subscribe?: number
  parents: readonly HostParent[]
}

/** A viewer without its number. */
export type NewViewer = { student_no: number; parent_no: number; relation: string; active: number }

/** Identifies a viewer within a corp; parent_no 0 is the student. */
export const viewerKey = ({ student_no, parent_no }: Pick<NewViewer, 'student_no' | 'parent_no'>) => `${student_no} ${parent_no}`

/** The row of a student, who is `known` where an active student here has the userid, and otherwise gets the next number. */
export const studentRow = (host: HostStudent, known: StudentRow | undefined, next: NextNumber): StudentRow => ({
  student_no: known?.student_no ?? next('student_no'),
  student_userid: host.student_userid,
  student_key: keyOf(host.student_userid),
  name: host.name,
  ...mobileColumns(host.mobile || (known?.mobile ?? null)),
  partyids: [...new Set(host.department)].sort((a, b) => a - b).join(','),
  is_subscribe: host.is_subscribe ?? known?.is_subscribe ?? 1,
  renamed: known?.renamed ?? 0,
  active: 1,
})

/** The row of a parent, who is `known` where an active parent here has the userid, and otherwise gets the next number. */
export const parentRow = (host: HostParent, known: ParentRow | undefined, next: NextNumber): ParentRow => ({
  parent_no: known?.parent_no ?? next('parent_no'),
  parent_userid: host.parent_userid,
  parent_key: keyOf(host.parent_userid),
  ...mobileColumns(host.mobile || (known?.mobile ?? '')), // WeCom does not give mobiles to third-party apps
  is_subscribe: host.is_subscribe,
  renamed: known?.renamed ?? 0,
  active: 1,
})

/** The viewers of a household: the student, and each parent on behalf of the student. */
export const viewerRows = ({ student_no }: StudentRow, host: HostStudent, parentsByKey: ReadonlyMap<string, ParentRow>): NewViewer[] => [
  { student_no, parent_no: 0, relation: '', active: 1 },
  ...host.parents.map(({ parent_userid, relation }) => {
    const { parent_no } = parentsByKey.get(keyOf(parent_userid)) as ParentRow
    return { student_no, parent_no, relation: relation ?? '', active: 1 }
  }),
]
