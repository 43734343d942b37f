import { type Query, sql } from '../store/sql.ts'
import { bumpAllLines } from './versions.ts'

/**
 * Statements that freeze a register as of its living's end, and thaw it again. When `/end` is called some time after the end, lines have
 * followed the roster in between; they are put back to what they were at the end. What a line last was, before it was put back, is kept as
 * a row of `attendance_past` whose `until` lies beyond every time, so that a later correction of the end finds all that it needs.
 */

/** `until` of the row that holds what a line last was before its register was frozen: the year 5138. */
export const frozenUntil = 99_999_999_999

type Register = { corp_no: number; living_no: number }

/**
 * Freezes a register as of `end`, or again as of another end: who joined later is not in range, who left later still is, with the follow
 * flag and the classes of that moment. Excuses stay as they are. To be put behind the statement that writes the end, before the ticks are
 * derived again.
 *
 * @param end unix seconds
 * @param now unix seconds, stored as the time at which the register was first frozen
 */
export const freezeRegister = ({ corp_no, living_no }: Register, end: number, now: number): Query[] => {
  const ofRegister = sql`corp_no = ${corp_no} and living_no = ${living_no}`
  const changedLater = sql`viewer_no in (select viewer_no from attendance_past where ${ofRegister} and until > ${end})`
  const firstRowAfter = (column: Query) => sql`(
      select ${column} from attendance_past p
      where p.corp_no = attendance.corp_no and p.living_no = attendance.living_no and p.viewer_no = attendance.viewer_no and p.until > ${end}
      order by p.until limit 1
    )`
  return [
    sql`insert into attendance_past (corp_no, living_no, viewer_no, until, in_range, is_subscribe, excused, entry)
      select corp_no, living_no, viewer_no, cast(${frozenUntil} as bigint), in_range, is_subscribe, excused, entry from attendance
      where ${ofRegister} and viewer_no > 0 and (since > ${end} or ${changedLater})
      on conflict (corp_no, living_no, viewer_no, until) do nothing`,
    sql`update attendance
      set in_range = case when since > ${end} then 0 else ${firstRowAfter(sql`p.in_range`)} end,
        is_subscribe = ${firstRowAfter(sql`p.is_subscribe`)},
        entry = coalesce(${firstRowAfter(sql`p.entry`)}, entry)
      where ${ofRegister} and ${changedLater}`,
    sql`update register set frozen_at = coalesce(frozen_at, cast(${now} as bigint)), entry_version = entry_version + 1 where ${ofRegister}`,
    ...bumpAllLines(corp_no, living_no),
  ]
}

/** Freezes a register as it is: one that was opened after the end, for which there is nothing to look back on. */
export const freezeAsItIs = ({ corp_no, living_no }: Register, now: number) => sql`
  update register set frozen_at = coalesce(frozen_at, cast(${now} as bigint)) where corp_no = ${corp_no} and living_no = ${living_no}`

/**
 * Thaws a register, whose living is open again: what lines last were becomes what they were until now. The lines themselves are brought up
 * to the roster afterwards, since there may be many (`refreshLines`); until then the register is marked stale.
 */
export const thawRegister = ({ corp_no, living_no }: Register, now: number): Query[] => {
  const ofRegister = sql`corp_no = ${corp_no} and living_no = ${living_no}`
  return [
    sql`insert into attendance_past (corp_no, living_no, viewer_no, until, in_range, is_subscribe, excused, entry)
      select corp_no, living_no, viewer_no, cast(${now} as bigint), in_range, is_subscribe, excused, entry from attendance_past
      where ${ofRegister} and until = ${frozenUntil}
      on conflict (corp_no, living_no, viewer_no, until) do nothing`,
    sql`delete from attendance_past where ${ofRegister} and until = ${frozenUntil}`,
    sql`update register set frozen_at = null, is_stale = 1 where ${ofRegister}`,
    ...bumpAllLines(corp_no, living_no),
  ]
}

/** Marks that every line of a thawed register has been brought up to the roster. */
export const registerIsFresh = ({ corp_no, living_no }: Register) => sql`
  update register set is_stale = 0 where corp_no = ${corp_no} and living_no = ${living_no}`

/** The students whose lines a thawed register needs: those in a class of its range, and those who have a line. */
export const studentsOfRegister = ({ corp_no, living_no }: Register) => sql`
  select m.student_no from register_class c
  cross join member m
  where c.corp_no = ${corp_no} and c.living_no = ${living_no} and m.corp_no = c.corp_no and m.party_id = c.party_id
  union
  select v.student_no from attendance a
  cross join viewer v
  where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no > 0 and v.corp_no = a.corp_no and v.viewer_no = a.viewer_no
  order by student_no`

/** Registers of open livings that were being brought up to the roster when a process stopped. */
export const staleRegisters = () => sql`
  select g.corp_no, g.living_no from register g
  join living l on l.corp_no = g.corp_no and l.living_no = g.living_no
  where g.is_stale = 1 and l.state = 1 and l.mirrored_at is null
  order by g.corp_no, g.living_no
  limit 100`
