import type { PresenceContext } from '../attendance/presence/take.ts'
import { identifyPeople } from '../identity/identify.ts'
import { cleanIdentity, visitorOf } from '../identity/identity.ts'
import { type IdentityStay, reportIdentified } from '../identity/report.ts'
import type { DueSettings } from '../living/due.ts'
import { settleFully } from '../living/life.ts'
import type { Living } from '../living/store.ts'
import { FileError } from '../sheets/file_error.ts'
import { retryOnConflict } from '../store/db.ts'
import { type AttendanceFile, rememberMapping } from './attendance_file.ts'
import { unknownStays } from './known_stays.ts'
import type { BadRow } from './reasons.ts'
import { staysOf } from './stays.ts'

/** Somebody of a file, with the viewers whom the name fits where it fits several, or nearly fits. */
export type Asked = {
  readonly identity: string
  readonly name: string
  readonly className?: string
  readonly candidates: readonly number[]
}

/** What an import has taken, or would take. Who is not matched stands first. */
export type Report = {
  readonly source: string
  /** people whom nobody fits, who are visitors */
  readonly unmatched: readonly Asked[]
  /** people whose name fits several, who are visitors until somebody says who they are */
  readonly ambiguous: readonly Asked[]
  /** people who watched as viewers, and as visitors */
  readonly viewers: number
  readonly visitors: number
  readonly rows: number
  readonly stays: number
  /** stays that were not known before */
  readonly new_stays: number
  readonly hosts: number
  readonly from_start: number
  readonly from_first_entry: number
  /** stays that lie outside of the living, of which somebody may have chosen the wrong file or the wrong living */
  readonly outside: number
  readonly written: boolean
  readonly stopped?: 'bad_rows'
  readonly bad_rows: readonly BadRow[]
  readonly unread_columns: readonly string[]
}

export type ImportOptions = {
  /** report only what an import would do */
  readonly isDryRun?: boolean
  /** leave bad rows out; otherwise they stop the import */
  readonly skipBadRows?: boolean
  /** default: the product that wrote the file */
  readonly source?: string | undefined
}

/** The living that a file is imported into; with `party_ids` one that is yet to be made, for a dry run. */
export type Target = Pick<
  Living,
  'corp_no' | 'living_no' | 'livingid' | 'reserve_start' | 'reserve_living_duration' | 'start_time' | 'end_time'
> & {
  readonly party_ids?: readonly number[]
}

export type ImportContext = PresenceContext & DueSettings

/** Stays written in one batch: some 20 ms of the writer's time. */
const staysPerBatch = 1000

/**
 * Imports an attendance file into the register of a living. Idempotent: the same file twice changes nothing. With bad rows nothing is imported
 * unless `skipBadRows`.
 *
 * @param now unix seconds
 * @throws what `reportIdentified` throws, but no Conflict; FileError where the living was deleted meanwhile
 */
export async function importAttendance(
  context: ImportContext,
  living: Target,
  file: AttendanceFile,
  { isDryRun = false, skipBadRows = false, source = file.source }: ImportOptions,
  now: number,
): Promise<Report> {
  const { db } = context
  const { corp_no } = living
  const start = living.start_time ?? living.reserve_start
  const held = { start, end: living.end_time ?? Math.max(start, living.reserve_start) + living.reserve_living_duration, now }
  const { stays, fromStart, fromFirstEntry, outside } = staysOf(file.visits, source, held)
  if (fromStart > 0 && start > now)
    throw new FileError(
      'the lesson has not begun, so durations without times cannot be counted',
      '直播课还没有开始，没有时间的时长无法计入',
    )
  const people = [...new Map(stays.map(cleanIdentity).map((stay) => [visitorOf(stay), stay])).values()]
  const found = await identifyPeople(db, living, people)
  const numbersByPerson = new Map(people.map((person, index) => [visitorOf(person), found[index]?.viewer_nos ?? []]))
  const fresh = await unknownStays(db, living, stays, (stay) => numbersByPerson.get(visitorOf(stay)) ?? [])
  const asked = people.flatMap(({ identity, name, className }, index): Asked[] => {
    const { viewer_nos = [], candidates = [], remembered = null } = found[index] ?? {}
    return viewer_nos.length || remembered === '' ? [] : [{ identity, name, ...(className && { className }), candidates }]
  })
  const isStopped = file.bad.length > 0 && !skipBadRows
  const isWritten = !isDryRun && !isStopped && fresh > 0
  if (isWritten) await write(context, living, source, stays, now)
  if (!isDryRun && !isStopped) await rememberMapping(db, corp_no, file, now)
  const viewers = found.filter(({ viewer_nos }) => viewer_nos.length > 0).length
  return {
    source,
    unmatched: asked.filter(({ candidates }) => candidates.length === 0),
    ambiguous: asked.filter(({ candidates }) => candidates.length > 0),
    viewers,
    visitors: people.length - viewers,
    rows: file.rows,
    stays: stays.length,
    new_stays: fresh,
    hosts: file.hosts,
    from_start: fromStart,
    from_first_entry: fromFirstEntry,
    outside,
    written: isWritten,
    ...(isStopped && { stopped: 'bad_rows' as const }),
    bad_rows: file.bad,
    unread_columns: file.unreadColumns,
  }
}

/** Writes the stays in batches. */
async function write(context: ImportContext, { corp_no, livingid }: Target, source: string, stays: readonly IdentityStay[], now: number) {
  for (let from = 0; from < stays.length; from += staysPerBatch)
    await retryOnConflict(async () => {
      const living = await settleFully(context.db, corp_no, livingid, now, context)
      if (!living) throw new FileError('the living was deleted meanwhile', '直播课已被删除')
      await reportIdentified(context, living, source, stays.slice(from, from + staysPerBatch), now)
    })
}
