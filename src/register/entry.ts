import { sql } from '../store/sql.ts'

/**
 * The entry of a register line: what the lists answer for it, stored as the inside of a JSON object, without the braces. This file alone
 * knows how an entry is written, renamed and read. There are three forms, told apart by their first field:
 *
 *   "student_userid":"li","partyids":[4,7]
 *   "parent_userid":"li.ma","student_userid":"li","partyids":[4,7]
 *   "nickname":"外公"
 *
 * Userids are [A-Za-z0-9_.@-] and need no JSON escapes. An entry never holds a line feed, so entries can be joined by one.
 */
export type Kind = 'student' | 'parent' | 'visitor'
type Person = { student_userid: string; parent_userid?: string | undefined; partyids: readonly number[] }

/** SQL: the entry of a viewer on the roster. Expects `v` (viewer), `p` (parent, outer join) and `x` (student_userid, partyids). */
export const rosterEntry = sql`case when v.parent_no = 0 then '' else '"parent_userid":"' || p.parent_userid || '",' end
    || '"student_userid":"' || x.student_userid || '","partyids":[' || x.partyids || ']'`

/** The entry of a person whom another host names; its userids may hold characters that JSON escapes. */
export const personEntry = ({ student_userid, parent_userid, partyids }: Person) =>
  `${parent_userid === undefined ? '' : `"parent_userid":${JSON.stringify(parent_userid)},`}"student_userid":${JSON.stringify(student_userid)},"partyids":[${partyids.join(',')}]`

export const visitorEntry = (nickname: string) => `"nickname":${JSON.stringify(nickname)}`

/** Whether a nickname's entry sorts after another's by bytes, which is how the database compares them (`visitorLines` in lines.ts). */
export const isLaterNickname = (nickname: string, other: string) =>
  Buffer.compare(Buffer.from(visitorEntry(nickname)), Buffer.from(visitorEntry(other))) > 0

/** SQL: column `entry` with one userid replaced by another. */
export const renamedEntry = (field: 'student_userid' | 'parent_userid', from: string, to: string) =>
  sql`replace(entry, ${`"${field}":"${from}"`}, ${`"${field}":"${to}"`})`

export const kindOf = (entry: string): Kind => (entry[1] === 'p' ? 'parent' : entry[1] === 'n' ? 'visitor' : 'student')

/** The fields of an entry. A visitor's has `nickname` alone, everybody else's has `student_userid` and `partyids`. */
export const readEntry = (entry: string) =>
  JSON.parse(`{${entry}}`) as { nickname?: string; student_userid?: string; parent_userid?: string; partyids?: number[] }

/** An entry as an element of a JSON array. */
export const entryObject = (entry: string) => `{${entry}}`

const parentField = '"parent_userid":"'.length
const studentField = '"student_userid":"'.length
const partiesField = '","partyids":['.length
const letterP = 'p'.charCodeAt(0)

/** The bytes that end a userid, and the list of party ids. */
export const entryMarks = { useridEnd: '"'.charCodeAt(0), partyidsEnd: ']'.charCodeAt(0) } as const

/** Reading roster entries as bytes in place, without a string each: 90,000 entries in 40 ms, against 110 ms as strings. */
export const entryBytes = {
  isParent: (text: Buffer, entryStart: number) => text[entryStart + 1] === letterP,
  /** Where the student's userid begins, of an entry that begins at `entryStart`. */
  studentUseridStart(text: Buffer, entryStart: number): number {
    if (!entryBytes.isParent(text, entryStart)) return entryStart + studentField
    let at = entryStart + parentField
    while (text[at] !== entryMarks.useridEnd) at++
    return at + 2 + studentField
  },
  /** Where the party ids begin, given where the student's userid ends. */
  partyidsStart: (studentUseridEnd: number) => studentUseridEnd + partiesField,
}
