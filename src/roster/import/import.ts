import type { Db } from '../../store/db.ts'
import { finishClassMoves } from '../parties/class_moves.ts'
import { nextEventLoopRound } from './in_batches.ts'
import { type Plan, plan } from './plan.ts'
import { type Report, tally } from './report.ts'
import { type RosterFile, RosterFileError } from './roster_file.ts'
import { writeBatch } from './write.ts'

export type ImportOptions = {
  readonly dryRun?: boolean
  /** leave out the students of bad rows and import the others; otherwise a bad row stops the import */
  readonly skipBadRows?: boolean
  /** remove the students whom the file does not list, and the parents whom it no longer gives to a listed student */
  readonly removeMissing?: boolean
  /** the number of people who leave, confirmed by the user: required where more than 5 % leave */
  readonly confirmed?: number
  /** called after each batch; `total` is the number of students and does not change during a phase */
  readonly progress?: (phase: 'check' | 'write', done: number, total: number) => void
}

/**
 * Students written in one batch, with their parents. That is some 1,500 rows, which occupy the database's writer for 15 ms, and a few
 * rows and milliseconds more while a living is open.
 */
const studentsPerBatch = 250

/** The share of the students, or of the parents, that may leave without `confirmed`. */
const maxShareLeaving = 0.05

/**
 * Imports a roster file, or with `dryRun` reports what an import would change. The whole file is checked first; bad rows stop the
 * import before anything is written. Then batches of 250 students are written, each in one roster change. Why in batches, and what an
 * interrupted import leaves behind: decisions/importing.md. `now` is in Unix seconds.
 *
 * Throws `RosterFileError` where `removeMissing` is asked for a file of changes, and `OvertakenError` where the roster changes
 * between check and write in a way that makes a row bad.
 */
export async function importRoster(db: Db, corp_no: number, roster: RosterFile, options: ImportOptions, now: number): Promise<Report> {
  const { dryRun = false, skipBadRows = false, removeMissing = false, confirmed = 0, progress = () => {} } = options
  if (removeMissing && !roster.isComplete)
    throw new RosterFileError(
      'the file holds changes (delta), not everybody: whom it does not name may well be there; import it without --remove-missing',
      '这个文件只含变动（delta），不是全校名单：没写到的人不能当作已离校',
    )
  if (!dryRun) await finishClassMoves(db, corp_no, now)
  const planned = await plan(db, corp_no, roster, removeMissing, now, (done, total) => progress('check', done, total))
  const { bad, counts, removals } = planned
  const report = (written: boolean, stopped?: 'bad_rows' | 'removals', totals = counts.totals()): Report => ({
    rows: roster.rows.length,
    written,
    ...totals,
    ...(removals && { removals }),
    ...(stopped && { stopped }),
    bad_rows: bad,
    unread_columns: roster.unreadColumns,
  })
  if (bad.length && (!skipBadRows || removeMissing)) return report(false, 'bad_rows')
  if (removals && needsConfirmation(removals, confirmed)) return report(false, 'removals')
  if (dryRun) return report(false)
  const { batches, totals } = await writePlan(db, corp_no, planned, now, (done, total) => progress('write', done, total))
  return report(batches > 0, undefined, totals)
}

/** Writes the plan batch by batch. Returns the number of batches and the totals of what was written. */
async function writePlan(db: Db, corp_no: number, planned: Plan, now: number, onProgress: (done: number, total: number) => void) {
  const { changed, leaving, counts, file } = planned
  const written = tally()
  const total = Math.max(changed.length, leaving.length)
  const batches = Math.ceil(total / studentsPerBatch)
  for (let batch = 0; batch < batches; batch++) {
    const [from, to] = [batch * studentsPerBatch, (batch + 1) * studentsPerBatch]
    const student_nos = leaving.slice(from, to).map((each) => each.student_no)
    const { compared, classes, leavers, childless, endedLinks } = await writeBatch(
      db,
      corp_no,
      changed.slice(from, to),
      student_nos,
      file,
      now,
    )
    written.addCompared(compared, classes)
    written.addRemoved(leavers, childless, endedLinks)
    onProgress(Math.min(to, total), total)
    await nextEventLoopRound()
  }
  written.addUnchanged(counts.studentCount() - changed.length)
  return { batches, totals: written.totals(counts.parentCount()) }
}

function needsConfirmation({ students, of_students, parents, of_parents }: NonNullable<Report['removals']>, confirmed: number): boolean {
  const isMany = (some: number, all: number) => some > all * maxShareLeaving
  return (isMany(students, of_students) || isMany(parents, of_parents)) && confirmed !== students + parents
}
