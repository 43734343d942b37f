import { setImmediate as turn } from 'node:timers/promises'
import type { Db } from '../../store/db.ts'
import { follow } from '../follow.ts'
import { takenIds } from '../parties.ts'
import { nextNumbers } from '../people.ts'
import type { ViewerRow } from '../store.ts'
import { type PartyRow, partiesOf } from '../store_parties.ts'
import { classFinder } from './classes.ts'
import { type Compared, compare, type Everybody, everybody } from './compare.ts'
import { gather, type Pupil } from './gather.ts'
import { childless, heads, type Leaver, leave, missing } from './leaving.ts'
import type { BadRow } from './reasons.ts'
import { recognise } from './recognise.ts'
import { type Report, tally } from './report.ts'
import { NoRoster, type RosterFile } from './said.ts'
import { writeSome } from './write.ts'

export type ImportOptions = {
  readonly dryRun?: boolean
  /** pupils with a bad row are left out, and the others imported */
  readonly skipBadRows?: boolean
  /** whoever the file does not name leaves: pupils, and parents of pupils it names */
  readonly removeMissing?: boolean
  /** how many people may leave where that is more than one in twenty */
  readonly confirmed?: number
  /** told as it goes on; `most` is known from the start of each phase */
  readonly progress?: (phase: 'check' | 'write', done: number, most: number) => void
}

/** Pupils written at once, with their parents: some 1,500 rows and 15 ms of the writer without a lesson running, a few more with one. */
const pupilsAtOnce = 250
/** Pupils compared at once. */
const comparedAtOnce = 500
/** Of the pupils, or of the parents; more than that leave only when their number is confirmed. */
const mostLeaving = 0.05

/**
 * Imports a roster, or says what importing it would change. The whole file is checked first, and nothing is written while any row is
 * bad; what is to be written goes in batches, each whole. Why in batches, and what a break leaves: decisions/importing.md.
 */
export async function importRoster(db: Db, corp_no: number, file: RosterFile, options: ImportOptions, now: number): Promise<Report> {
  const { dryRun = false, skipBadRows = false, removeMissing = false, confirmed = 0, progress = () => {} } = options
  if (removeMissing && !file.isWhole)
    throw new NoRoster(
      'the file holds changes (delta), not everybody: whom it does not name may well be there; import it without --remove-missing',
      '这个文件只含变动（delta），不是全校名单：没写到的人不能当作已离校',
    )
  if (!dryRun) await follow(db, corp_no, now)
  const planned = await plan(db, corp_no, file, removeMissing, now, progress)
  const { bad, changed, leaving, count, people } = planned
  const report = (written: boolean, more: Partial<Report>, totals = count.totals()): Report => ({
    rows: file.said.length,
    written,
    ...totals,
    ...(planned.removals && { removals: planned.removals }),
    ...more,
    bad_rows: bad,
    unread_columns: file.unread,
  })
  if (bad.length && (!skipBadRows || removeMissing)) return report(false, { stopped: 'bad_rows' })
  if (planned.removals && isMuch(planned.removals, confirmed)) return report(false, { stopped: 'removals' })
  if (dryRun) return report(false, {})
  const done = tally()
  const steps = Math.ceil(Math.max(changed.length, leaving.length) / pupilsAtOnce)
  for (let step = 0; step < steps; step++) {
    const slice = <T>(list: readonly T[]) => list.slice(step * pupilsAtOnce, (step + 1) * pupilsAtOnce)
    const nos = slice(leaving).map((each) => each.student_no)
    const { compared, classes, left, gone, ended } = await writeSome(db, corp_no, slice(changed), nos, people, now)
    done.add(compared, classes)
    done.left(left, gone, ended)
    progress(
      'write',
      Math.min((step + 1) * pupilsAtOnce, Math.max(changed.length, leaving.length)),
      Math.max(changed.length, leaving.length),
    )
    await turn()
  }
  done.unchanged(count.pupils() - changed.length)
  return report(steps > 0, {}, done.totals(count.parents()))
}

function isMuch({ students, of_students, parents, of_parents }: NonNullable<Report['removals']>, confirmed: number): boolean {
  const isMore = (some: number, all: number) => some > all * mostLeaving
  return (isMore(students, of_students) || isMore(parents, of_parents)) && confirmed !== students + parents
}

type Plan = {
  readonly bad: readonly BadRow[]
  readonly changed: readonly Pupil[]
  readonly leaving: readonly Leaver[]
  readonly removals: Report['removals']
  readonly count: ReturnType<typeof tally>
  readonly people: Everybody
}

/** The whole file beside the roster, without a write. */
async function plan(
  db: Db,
  corp_no: number,
  file: RosterFile,
  removeMissing: boolean,
  now: number,
  progress: NonNullable<ImportOptions['progress']>,
): Promise<Plan> {
  const gathered = gather(file)
  await recognise(db, corp_no, gathered)
  const people = everybody(gathered.pupils, { saysParents: file.saysParents, removeMissing })
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const classes = classFinder(parties, await takenIds(db, corp_no, parties), now)
  const next = await nextNumbers(db, corp_no)
  const bad: BadRow[] = [...gathered.bad]
  const changed: Pupil[] = []
  const lost: ViewerRow[] = []
  const count = tally()
  for (let at = 0; at < gathered.pupils.length; at += comparedAtOnce) {
    const some = gathered.pupils.slice(at, at + comparedAtOnce)
    const compared = await compare(db, corp_no, some, people, classes, next)
    bad.push(...compared.bad)
    lost.push(...compared.lost)
    count.add(compared, classes)
    changed.push(...whoChange(compared))
    progress('check', at + some.length, gathered.pupils.length)
    await turn()
  }
  if (!removeMissing) return { bad: inOrder(bad), changed, leaving: [], removals: undefined, count, people }
  const leaving = await missing(db, corp_no, people)
  let ended = 0
  for (let at = 0; at < leaving.length; at += comparedAtOnce) {
    const left = await leave(
      db,
      corp_no,
      leaving.slice(at, at + comparedAtOnce).map((each) => each.student_no),
    )
    lost.push(...left.ended)
    ended += left.ended.filter((viewer) => viewer.parent_no > 0).length
    await turn()
  }
  const gone = await childless(db, corp_no, lost, people)
  count.left(leaving, gone, ended)
  const before = await heads(db, corp_no)
  const removals = { students: leaving.length, of_students: before.students, parents: gone.length, of_parents: before.parents }
  return { bad: inOrder(bad), changed, leaving, removals, count, people }
}

/** Whoever a batch has something to write for: the pupil, a parent, or a link between them. */
function whoChange({ students, parents, viewers, lost }: Compared): Pupil[] {
  const linked = new Set([...viewers, ...lost].map((viewer) => viewer.student_no))
  const changed = new Set(parents.filter((each) => each.isChanged).map(({ after }) => after.parent_key))
  return students
    .filter(
      ({ pupil, after, isChanged }) =>
        isChanged || linked.has(after.student_no) || [...pupil.family.keys()].some((parent) => changed.has(parent.userid.toLowerCase())),
    )
    .map(({ pupil }) => pupil)
}

const inOrder = (bad: readonly BadRow[]) => bad.toSorted((a, b) => (a.file ?? '').localeCompare(b.file ?? '') || a.line - b.line)
