import type { Db } from '../../store/db.ts'
import type { Query } from '../../store/sql.ts'
import { WireError } from '../../wire/errcode.ts'
import { asFirstWritten, checkMobile, isSameMobile, mobileColumns, normalMobile } from '../mobiles.ts'
import { partyType } from '../party.ts'
import { classIds, keyOf, type People, peopleOf } from '../people.ts'
import type { ViewerRow } from '../store_households.ts'
import { type MobileOwner, mobileOwners } from '../store_mobiles.ts'
import { type PartyRow, partiesOf } from '../store_parties.ts'
import type { StudentRow } from '../store_students.ts'
import { writePeople } from '../write_people.ts'

/** The active student with this userid. Throws `not_a_student` where a parent has it, else `no_user`. `field` is named in the error. */
export function studentIn(people: People, userid: string, field = 'student_userid'): StudentRow {
  const student = people.students.get(keyOf(userid))
  if (student) return student
  if (people.parents.has(keyOf(userid))) throw new WireError('not_a_student', `${field}: ${userid}`)
  throw new WireError('no_user', `${field}: no student ${userid}`)
}

/**
 * Reads once what a batch must know of the roster: the people with these userids, the classes, and who has these mobiles. Returns
 * the people and two checks, each of which throws a `WireError`.
 */
export async function studentRules(db: Db, corp_no: number, userids: readonly string[], mobiles: readonly string[]) {
  const people = await peopleOf(db, corp_no, userids)
  const partyById = new Map((await db.all<PartyRow>(partiesOf(corp_no))).map((party) => [party.party_id, party]))
  const ownerByMobile = new Map(
    (await db.all<MobileOwner>(mobileOwners('student', corp_no, mobiles.map(normalMobile)))).map((row) => [row.mobile_key, row.owner_key]),
  )
  return {
    people,
    /** Checks that these are 1 to 20 classes of the school. Returns their ids as column `partyids` holds them. */
    checkedPartyids(department: readonly number[]): string {
      const ids = [...new Set(department)].sort((a, b) => a - b)
      if (ids.length === 0) throw new WireError('bad_request', 'department: expected at least one class id, got none')
      if (ids.length > 20) throw new WireError('too_many_departments', `department: expected at most 20 classes, got ${ids.length}`)
      for (const id of ids)
        if (partyById.get(id)?.type !== partyType.class)
          throw new WireError('bad_department', `department: ${id} is not a class of this school`)
      return ids.join(',')
    },
    /**
     * Checks that no other student, on the roster or earlier in the batch, has the mobile. The student owns it from then on. Returns
     * the columns to store. `before`: the mobile that the student has so far, which is not refused: two students may have had one mobile
     * in two spellings before these were compared.
     */
    checkedMobile(student_key: string, mobile: string | undefined, before: string | null = null) {
      if (mobile === undefined) return mobileColumns(null)
      checkMobile(mobile)
      const key = normalMobile(mobile)
      const owner = ownerByMobile.get(key)
      if (owner !== undefined && owner !== student_key && !isSameMobile(before, mobile))
        throw new WireError('student_mobile_exists', 'mobile: another student has it')
      ownerByMobile.set(key, student_key)
      return mobileColumns(asFirstWritten(before, mobile))
    },
  }
}

/**
 * The statements for changed students, and whose registers they touch: part of a `Decision`. `before` holds the rows before the
 * change, for the classes that students leave. `viewers` and `more` are written with them. `left`: see `writePeople`.
 */
export function studentChange(
  corp_no: number,
  changed: readonly StudentRow[],
  before: readonly StudentRow[],
  viewers: readonly ViewerRow[],
  more: readonly Query[] = [],
  left?: People['left'],
) {
  if (changed.length === 0) return { queries: [] }
  // a student who is named twice in a batch is written once, as named last
  const students = [...new Map(changed.map((each) => [each.student_no, each])).values()]
  return {
    queries: [...writePeople(corp_no, students, [], viewers, left), ...more],
    touched: {
      student_nos: students.map((each) => each.student_no),
      party_ids: [...new Set([...students, ...before].flatMap(classIds))],
      entries: true,
    },
  }
}
