import { asFirstWritten, mobileColumns } from '../mobiles.ts'
import { keyOf, type NextNumber } from '../people.ts'
import type { ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import type { ListedStudent } from './gather.ts'
import type { ListedParent } from './gather_parents.ts'

/**
 * The row of a student after the import. What the file leaves empty is kept as it is on the roster; who was not on the roster is
 * subscribed unless the file says otherwise. Who has left the roster is not `before`: the userid is then a new person's.
 */
export const studentAfter = (
  listed: ListedStudent,
  before: StudentRow | undefined,
  partyids: readonly number[],
  next: NextNumber,
): StudentRow => ({
  student_no: before?.student_no ?? next('student_no'),
  student_userid: before?.student_userid ?? listed.userid,
  student_key: keyOf(listed.userid),
  name: listed.name,
  ...mobileColumns(listed.mobile ? asFirstWritten(before?.mobile, listed.mobile) : (before?.mobile ?? null)),
  partyids: partyids.length ? partyids.join(',') : (before?.partyids ?? ''),
  is_subscribe: listed.is_subscribe ?? before?.is_subscribe ?? 1,
  renamed: before?.renamed ?? 0,
  active: 1,
})

/** The row of a parent after the import, by the same rules as `studentAfter`. */
export const parentAfter = (listed: ListedParent, before: ParentRow | undefined, next: NextNumber): ParentRow => ({
  parent_no: before?.parent_no ?? next('parent_no'),
  parent_userid: before?.parent_userid ?? listed.userid,
  parent_key: keyOf(listed.userid),
  ...mobileColumns(listed.mobile ? asFirstWritten(before?.mobile, listed.mobile) : (before?.mobile ?? '')),
  is_subscribe: listed.is_subscribe ?? before?.is_subscribe ?? 1,
  renamed: before?.renamed ?? 0,
  active: 1,
})
