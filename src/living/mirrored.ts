import { newRegister } from '../register/lines.ts'
import { dropMirrored, type MirroredLine, type MirroredRow, mirroredReady, mirroredRows, putMirrored } from '../register/mirrored.ts'
import { dropRange, newRange } from '../register/range.ts'
import type { Watching } from '../register/watch_time.ts'
import { rosterVersion } from '../roster/store.ts'
import { type Db, decided } from '../store/db.ts'
import { must, sql } from '../store/sql.ts'
import { insertLiving, lastLivingNo, nextLivingNo } from './store.ts'
import { type MirroredPlace, mirroredPlace, sameEra, setMirrored } from './store_mirrored.ts'

/** A living as another host says it is; times it does not say are null. */
export type HostLiving = {
  livingid: string
  agentid: number
  anchor_userid: string
  theme: string
  description: string
  type: number
  reserve_start: number
  reserve_living_duration: number
  state: number
  start_time: number | null
  end_time: number | null
}
export type Audience = { range: readonly number[]; classes: readonly number[]; lines: readonly MirroredLine[] }

/** Lines written in one go while nobody can see them yet: some 5 ms. */
const linesAtOnce = 1000

/**
 * Writes a living with its whole register, so that nobody ever sees a part of it. The first time its lines come in steps, before it can
 * be seen, and one that broke off is gone on with; later only what differs is written, in one batch. How many lines that were.
 */
export const mirrorLiving = (
  db: Db,
  corp_no: number,
  host: HostLiving,
  { range, classes, lines }: Audience,
  now: number,
): Promise<number> =>
  decided(async () => {
    const { living_no, era, ready } = await placeOf(db, corp_no, host, now)
    const before = new Map((await db.all<MirroredRow>(mirroredRows(corp_no, living_no))).map((row) => [row.viewer_no, row]))
    const changed = lines.filter((line) => !isSame(line, before.get(line.viewer_no)))
    const there = new Set(lines.map((line) => line.viewer_no))
    const gone = [...before.keys()].filter((viewer_no) => !there.has(viewer_no))
    const since = Math.min(host.reserve_start, host.start_time ?? host.reserve_start)
    const first = ready ? [] : changed.slice(0, Math.floor(changed.length / linesAtOnce) * linesAtOnce)
    for (let from = 0; from < first.length; from += linesAtOnce)
      await db.batch([
        must(sameEra(corp_no, living_no, era)),
        ...putMirrored(corp_no, living_no, first.slice(from, from + linesAtOnce), since),
      ])
    const rest = changed.slice(first.length)
    await db.batch([
      must(setMirrored(corp_no, living_no, era, host, now)),
      ...dropRange(corp_no, living_no),
      ...newRange(corp_no, sql`select cast(${living_no} as bigint) as living_no`, range, classes),
      ...(gone.length ? dropMirrored(corp_no, living_no, gone) : []),
      ...(rest.length ? putMirrored(corp_no, living_no, rest, since) : []),
      ...mirroredReady(corp_no, living_no),
    ])
    return changed.length + gone.length
  })

/** Where it is kept; made, not yet to be seen, where it is not. */
async function placeOf(db: Db, corp_no: number, host: HostLiving, now: number): Promise<MirroredPlace> {
  const known = async () => (await db.all<MirroredPlace>(mirroredPlace(corp_no, host.livingid)))[0]
  const place = await known()
  if (place && place.mirrored_at === null)
    throw new Error(`${host.livingid} was held here, by this database's own server: it is not mirrored`)
  if (place) return place
  const [corp] = await db.all<{ roster_version: number }>(rosterVersion(corp_no))
  await db.batch([
    must(nextLivingNo(corp_no, corp?.roster_version ?? 0)),
    insertLiving(corp_no, { ...host, remind_time: 0, activity: '{}', created_at: now }, 0),
    newRegister(corp_no, lastLivingNo(corp_no)),
  ])
  return (await known()) as MirroredPlace
}

function isSame({ watching, ...line }: MirroredLine, row: MirroredRow | undefined): boolean {
  if (!row || row.in_range !== line.in_range || row.is_subscribe !== line.is_subscribe || row.entry !== line.entry) return false
  if (!watching) return row.watch_time === null
  return (['watch_time', 'enter_time', 'leave_time', 'is_comment'] as (keyof Watching)[]).every((field) => row[field] === watching[field])
}
