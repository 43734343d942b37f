import type { Db } from '../../store/db.ts'
import { takenIds } from '../party.ts'
import { keyOf, nextNumbers } from '../people.ts'
import type { ViewerRow } from '../store_households.ts'
import { type PartyRow, partiesOf } from '../store_parties.ts'
import { classFinder } from './classes.ts'
import { type Compared, compare } from './compare.ts'
import { findUserids } from './find_userids.ts'
import { gather, type ListedStudent } from './gather.ts'
import { inBatches } from './in_batches.ts'
import { childlessParents, headCountOf, type Leaver, leaversWithViewers, missingStudents } from './leaving.ts'
import type { BadRow } from './reasons.ts'
import { type Report, type Tally, tally } from './report.ts'
import type { RosterFile } from './roster_file.ts'
import { type WholeFile, wholeFile } from './whole_file.ts'

/** Students compared with the roster at once. */
const studentsPerComparison = 500

/** What an import of a file would do. */
export type Plan = {
  readonly bad: readonly BadRow[]
  /** listed students for whom something has to be written */
  readonly changed: readonly ListedStudent[]
  readonly leaving: readonly Leaver[]
  readonly removals: Report['removals']
  readonly counts: Tally
  readonly file: WholeFile
}

/** Compares the whole file with the roster. Writes nothing. `onProgress` is told how many students of how many are done. */
export async function plan(
  db: Db,
  corp_no: number,
  roster: RosterFile,
  removeMissing: boolean,
  now: number,
  onProgress: (done: number, total: number) => void,
): Promise<Plan> {
  const gathered = await gather(roster)
  await findUserids(db, corp_no, gathered)
  const { students } = gathered
  const file = await wholeFile(students, { hasParents: roster.hasParents, removeMissing })
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const classes = classFinder(parties, await takenIds(db, corp_no, parties), now)
  const next = await nextNumbers(db, corp_no)
  const bad: BadRow[] = [...gathered.bad]
  const changed: ListedStudent[] = []
  const endedViewers: ViewerRow[] = []
  const counts = tally()
  let done = 0
  for await (const some of inBatches(students, studentsPerComparison)) {
    const compared = await compare(db, corp_no, some, file, classes, next)
    bad.push(...compared.bad)
    endedViewers.push(...compared.endedViewers)
    counts.addCompared(compared, classes)
    changed.push(...studentsToWrite(compared))
    done += some.length
    onProgress(done, students.length)
  }
  const { leaving, removals } = removeMissing
    ? await planRemovals(db, corp_no, file, endedViewers, counts)
    : { leaving: [], removals: undefined }
  return { bad: inFileOrder(bad), changed, leaving, removals, counts, file }
}

/** Who leaves because the file does not list them. Adds them to `counts`. `endedViewers`: relations the listed students lose. */
async function planRemovals(db: Db, corp_no: number, file: WholeFile, endedViewers: readonly ViewerRow[], counts: Tally) {
  const leaving = await missingStudents(db, corp_no, file)
  const viewersOfLeavers: ViewerRow[] = []
  for await (const some of inBatches(leaving, studentsPerComparison)) {
    const student_nos = some.map((each) => each.student_no)
    viewersOfLeavers.push(...(await leaversWithViewers(db, corp_no, student_nos)).endedViewers)
  }
  const childless = await childlessParents(db, corp_no, [...endedViewers, ...viewersOfLeavers], file)
  counts.addRemoved(leaving, childless, viewersOfLeavers.filter((viewer) => viewer.parent_no > 0).length)
  const before = await headCountOf(db, corp_no)
  const removals = { students: leaving.length, of_students: before.students, parents: childless.length, of_parents: before.parents }
  return { leaving, removals }
}

/** The students for whom something has to be written: the student, a parent, or a viewer of the household. */
function studentsToWrite({ students, parents, viewers, endedViewers }: Compared): ListedStudent[] {
  const nosWithViewers = new Set([...viewers, ...endedViewers].map((viewer) => viewer.student_no))
  const changedParents = new Set(parents.filter((each) => each.isChanged).map(({ after }) => after.parent_key))
  const hasChangedParent = ({ relationByParent }: ListedStudent) =>
    [...relationByParent.keys()].some((parent) => changedParents.has(keyOf(parent.userid)))
  return students
    .filter(({ listed, after, isChanged }) => isChanged || nosWithViewers.has(after.student_no) || hasChangedParent(listed))
    .map(({ listed }) => listed)
}

const inFileOrder = (bad: readonly BadRow[]) =>
  bad.toSorted((a, b) => (a.file === b.file ? a.line - b.line : (a.file ?? '').localeCompare(b.file ?? '')))
