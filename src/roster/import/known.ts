import type { Db } from '../../store/db.ts'
import { normalMobile } from '../mobiles.ts'
import { keyOf, peopleOf } from '../people.ts'
import { type ViewerRow, viewersOf } from '../store_households.ts'
import { type MobileOwner, mobileOwners } from '../store_mobiles.ts'
import type { ListedStudent } from './gather.ts'
import type { WholeFile } from './whole_file.ts'

/**
 * Reads what the roster knows of some listed students and their parents: their rows, their viewers, and who has their mobiles. A
 * person to whom the file gives another mobile counts as having given up the old one, wherever in the file that person is listed.
 */
export async function readKnown(db: Db, corp_no: number, listed: readonly ListedStudent[], file: WholeFile) {
  const parents = [...new Set(listed.flatMap((student) => [...student.relationByParent.keys()]))]
  const people = await peopleOf(
    db,
    corp_no,
    [...listed, ...parents].map(({ userid }) => userid),
  )
  const studentOwners = await db.all<MobileOwner>(mobileOwners('student', corp_no, mobileKeysOf(listed)))
  const parentOwners = await db.all<MobileOwner>(mobileOwners('parent', corp_no, mobileKeysOf(parents)))
  const student_nos = listed.flatMap((student) => people.students.get(keyOf(student.userid))?.student_no ?? [])
  const viewers = await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', student_nos))
  return {
    people,
    /** by mobile in its normal form */
    studentKeyByMobile: new Map(
      studentOwners
        .filter((row) => keepsMobile(file.studentsByKey.get(row.owner_key), row.mobile_key))
        .map((row) => [row.mobile_key, row.owner_key]),
    ),
    parentKeyByMobile: new Map(
      parentOwners
        .filter((row) => keepsMobile(file.parentsByKey.get(row.owner_key), row.mobile_key))
        .map((row) => [row.mobile_key, row.owner_key]),
    ),
    viewersByStudent: Map.groupBy(viewers, (viewer) => viewer.student_no),
  }
}
export type Known = Awaited<ReturnType<typeof readKnown>>

const mobileKeysOf = (people: readonly { mobile: string }[]) => people.flatMap(({ mobile }) => (mobile ? normalMobile(mobile) : []))

/** Whether a person still has the mobile after the import: the file does not list the person, or gives no other mobile. */
const keepsMobile = (listed: { mobile: string } | undefined, mobileKey: string) =>
  !listed?.mobile || normalMobile(listed.mobile) === mobileKey
