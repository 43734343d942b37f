import { among, forShare, numbers, type Query, sql } from '../store/sql.ts'
import { putLines } from './lines.ts'
import { oneLiving } from './open.ts'
import { dropUnchanged, keepPast } from './past.ts'
import { bumpBlocks } from './versions.ts'

/** What a roster change touched. `entries`: whether userids or classes changed, and not the follow flags alone. */
export type Touched = { student_nos: readonly number[]; party_ids: readonly number[]; entries: boolean }

/**
 * Statements that bring the registers of open livings up to the roster; for the batch that changes the roster. Registers of ended livings
 * are frozen and stay as they are, and so do those mirrored from another host.
 *
 * @param touched the students changed, and every class they are in or were in
 * @param now unix seconds
 */
export const refreshRegisters = (corp_no: number, { student_nos, party_ids, entries }: Touched, now: number): Query[] => {
  const livings = touchedLivings(corp_no, party_ids)
  return [lockOpenLivings(corp_no, livings), ...linesOfStudents(corp_no, livings, student_nos, now, entries)]
}

/** Statements that bring the lines of some students in the register of one living up to the roster. */
export const refreshLines = (corp_no: number, living_no: number, student_nos: readonly number[], now: number): Query[] =>
  linesOfStudents(corp_no, oneLiving(living_no), student_nos, now, true)

function linesOfStudents(corp_no: number, livings: Query, student_nos: readonly number[], now: number, entries: boolean): Query[] {
  const touchedLines = sql`corp_no = ${corp_no} and living_no in (${livings})
      and viewer_no in (select v.viewer_no from viewer v where v.corp_no = ${corp_no} and ${among('v.student_no', student_nos)})`
  return [
    keepPast(touchedLines, now),
    putLines(corp_no, livings, student_nos, now),
    dropUnchanged(touchedLines, now),
    sql`update register set version = version + 1, entry_version = entry_version + ${Number(entries)}
      where corp_no = ${corp_no} and living_no in (${livings})`,
    bumpBlocks(touchedLines),
    // a student who has left every class of a range can no longer be found through a class, but the line must follow the roster all the same
    sql`update register set outsiders = 1
      where corp_no = ${corp_no} and outsiders = 0
        and living_no in (select living_no from attendance where ${touchedLines} and in_range = 0)`,
  ]
}

/** Open livings that a change to students of these classes can touch: those held for one of the classes, and those that have outsiders. */
const touchedLivings = (corp_no: number, party_ids: readonly number[]) => sql`
    select c.living_no from ${numbers('k', 'party_id', party_ids)}
    cross join register_class c
    cross join living l
    where c.corp_no = ${corp_no} and c.party_id = k.party_id
      and l.corp_no = c.corp_no and l.living_no = c.living_no and l.state in (0, 1) and l.mirrored_at is null
    union
    select l.living_no from living l
    join register g on g.corp_no = l.corp_no and g.living_no = l.living_no
    where l.corp_no = ${corp_no} and l.state in (0, 1) and l.mirrored_at is null and g.outsiders = 1`

/** Locks these livings until the batch is committed, so that a register is refreshed wholly before its living ends, or not at all. */
const lockOpenLivings = (corp_no: number, livings: Query) => sql`
  select living_no from living where corp_no = ${corp_no} and state in (0, 1) and living_no in (${livings}) order by living_no ${forShare}`
