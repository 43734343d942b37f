import { inTurns, nextTurn } from '../../event_loop.ts'
import { isThere, plannedEnd } from '../../living/due.ts'
import { begin } from '../../living/life.ts'
import { checkIsOurs } from '../../living/ours.ts'
import { type Living, lockEra, state } from '../../living/store.ts'
import { outsiderLines, visitorLines } from '../../register/lines.ts'
import { type LookedUpLine, putStays, type Stay, tickedOrLineless } from '../../register/stays.ts'
import { tick } from '../../register/ticks.ts'
import type { Db } from '../../store/db.ts'
import { must, type Query } from '../../store/sql.ts'
import { WireError } from '../../wire/errcode.ts'
import { checkStayTimes, mergedStays, type ReportedStay } from './stays.ts'
import type { TickedCache } from './ticked_cache.ts'

/** More stays than this are worked on in pieces, between which short calls get their turn. */
const longReport = 250

/** Stays to be taken, by viewer number. */
export type Presence = {
  readonly stays: readonly Stay[]
  /** the nickname of each visitor among them */
  readonly nicknames?: ReadonlyMap<number, string>
  /** viewers among them who are on the roster no longer: they are taken only if they have a line on the register */
  readonly inactive?: ReadonlySet<number>
  /** who reports, shown in the timeline of a report */
  readonly source: string
}

export type PresenceContext = {
  readonly db: Db
  readonly ticked: TickedCache
  /** whether presence starts a living that nobody has started */
  readonly presenceStarts: boolean
}

/**
 * To be called before `takeStays`. Throws 92008 where the living is mirrored from another host, 92006 where it was cancelled, 40058 where a
 * stay lies in the future or ends before it begins.
 */
export function checkPresence(living: Living, stays: readonly Pick<ReportedStay, 'enter_time' | 'leave_time'>[], now: number): void {
  checkIsOurs(living)
  if (living.state === state.cancelled) throw new WireError('living_over', 'the living was cancelled, so nobody can have watched it')
  checkStayTimes(stays, now)
}

/**
 * Writes stays and ticks their viewers, in one batch, which is on disk when this returns. A living that nobody has started may be started. Stays merge: the same ones twice, late, out of
 * order or split over several reports come to the same register.
 *
 * @param alongside statements for the same batch; not written where no stay is taken
 * @returns how many stays were taken, and the inactive viewers whose stays were not
 * @throws Conflict where the living's start or end changed meanwhile: load it again and try again (`retried`)
 */
export async function takeStays(
  { db, ticked, presenceStarts }: PresenceContext,
  living: Living,
  { stays, nicknames = new Map(), inactive = new Set(), source }: Presence,
  now: number,
  alongside: readonly Query[] = [],
): Promise<{ taken: number; refused: readonly number[] }> {
  const tickedViewers = ticked.of(living)
  const merged = mergedStays(stays)
  const unknown: number[] = []
  for (const { viewer_no } of merged) if (viewer_no !== unknown.at(-1) && !tickedViewers.has(viewer_no)) unknown.push(viewer_no)
  const lineless = await linelessOf(db, living, unknown, tickedViewers)
  const refused = new Set(lineless.filter((viewer_no) => inactive.has(viewer_no)))
  const isTaken = ({ viewer_no }: Stay) => !refused.has(viewer_no)
  const outsiders = lineless.filter((viewer_no) => viewer_no > 0 && !inactive.has(viewer_no))
  if (stays.length > longReport) await nextTurn()
  const toTick = unknown.filter((viewer_no) => !tickedViewers.has(viewer_no) && !refused.has(viewer_no))
  const written = refused.size ? merged.filter(isTaken) : merged

  const { corp_no, living_no } = living
  if (written.length)
    await db.batch([
      must(lockEra(living)),
      putStays(living, written, source),
      ...(outsiders.length ? outsiderLines(corp_no, living_no, outsiders, now) : []),
      ...(nicknames.size ? [visitorLines(corp_no, living_no, inOrder(nicknames), now)] : []),
      ...(toTick.length && living.start_time !== null ? tick(corp_no, living_no, toTick) : []),
      ...alongside,
    ])
  if (presenceStarts && written.length) await startIfThere(db, living, now)
  return { taken: refused.size ? stays.filter(isTaken).length : stays.length, refused: [...refused] }
}

/**
 * Starts a living that nobody has started, at its planned start, where a stay overlaps its planned time: also one that has expired. It is
 * asked of the stays as they are stored, since two reports may have come to such a stay together.
 */
async function startIfThere(db: Db, living: Living, now: number): Promise<void> {
  if (living.start_time !== null || now < living.reserve_start) return
  if (await isThere(db, living, living.reserve_start, plannedEnd(living))) await begin(db, living, living.reserve_start, now)
}

/** Rows are locked in the same order by everybody, so that two reports do not deadlock. */
const inOrder = (nicknames: ReadonlyMap<number, string>) => [...nicknames].sort(([a], [b]) => a - b)

/** Of viewers not known to be ticked, in ascending order, those without a line. Adds those whose line is ticked to the cached set. */
async function linelessOf(db: Db, living: Living, viewer_nos: readonly number[], tickedViewers: Set<number>): Promise<number[]> {
  const lineless = new Set<number>()
  for await (const some of inTurns(viewer_nos))
    for (const { viewer_no, watched } of await db.all<LookedUpLine>(tickedOrLineless(living, some))) {
      if (watched === null) lineless.add(viewer_no)
      else tickedViewers.add(viewer_no)
    }
  return viewer_nos.filter((viewer_no) => lineless.has(viewer_no))
}
