import { createHash } from 'node:crypto'
import { inTurns, itsTurn } from '../../event_loop.ts'
import { checkOurs } from '../../living/ours.ts'
import type { Living } from '../../living/store.ts'
import { outsiderLines, visitorLines } from '../../register/lines.ts'
import { tick } from '../../register/ticks.ts'
import { type KnownViewers, named, type Person } from '../../roster/viewers.ts'
import type { Db } from '../../store/db.ts'
import { forShare, greatest, least, must, numbers, type Query, rows, sql } from '../../store/sql.ts'
import { clockSkew } from '../../wire/clock.ts'
import type { Input } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'

type Reported = Input<Table['presence']>['stays'][number]
type Stay = { viewer_no: number; replay: number; stay_id: string; enter_time: number; leave_time: number; is_comment: number }

/**
 * Takes stays: facts that merge, so that the same ones twice, late, out of order and split in any way come to the same.
 * A heartbeat of a viewer already ticked writes the stay alone. Throws 92006 unless the living is reserved, live or ended.
 */
export async function takePresence(
  db: Db,
  viewers: KnownViewers,
  living: Living,
  reported: readonly Reported[],
  now: number,
  source = 'api',
) {
  checkOurs(living)
  if (living.state > 2) throw new WireError('living_over', 'the living was cancelled or has expired, so nobody can have watched it')
  reported.forEach((stay, index) => {
    checkTimes(stay, index, now)
  })
  const isLong = reported.length > 250
  if (isLong) await itsTurn()
  const known = await viewers(
    db,
    living.corp_no,
    reported.filter((stay) => 'student_userid' in stay),
  )
  const ticked = tickedIn(living)

  const visitors = new Map<number, string>()
  const stays: Stay[] = []
  const unknown: Person[] = []
  const rosterless = new Map<number, Person>()
  let place = 0
  for (const stay of reported)
    if ('student_userid' in stay) {
      const viewer = known[place++]
      if (!viewer) unknown.push(stay)
      else {
        if (!viewer.active) rosterless.set(viewer.viewer_no, stay)
        stays.push(shaped(stay, viewer.viewer_no))
      }
    } else {
      const viewer_no = visitorNo(stay.visitor_id)
      const nickname = visitors.get(viewer_no)
      if (nickname === undefined || isGreater(stay.nickname, nickname)) visitors.set(viewer_no, stay.nickname)
      stays.push(shaped(stay, viewer_no))
    }
  stays.sort(byTheirKey)
  const fresh: number[] = []
  for (const { viewer_no } of stays) if (viewer_no !== fresh.at(-1) && !ticked.has(viewer_no)) fresh.push(viewer_no)
  const { unticked, lineless } = await standing(db, living, fresh, ticked)
  // gone from the roster and not on the register either: then they are nobody here
  const nobody = new Set(lineless.filter((viewer_no) => rosterless.has(viewer_no)))
  for (const viewer_no of nobody) unknown.push(rosterless.get(viewer_no) as Person)
  const taken = nobody.size ? stays.filter((stay) => !nobody.has(stay.viewer_no)) : stays
  const outsiders = lineless.filter((viewer_no) => viewer_no > 0 && !nobody.has(viewer_no))
  if (isLong) await itsTurn()
  const toTick = unticked.filter((viewer_no) => !nobody.has(viewer_no))

  if (taken.length)
    await db.batch([
      must(sameEra(living)),
      putStays(living, merged(taken), source),
      ...(outsiders.length ? outsiderLines(living.corp_no, living.living_no, outsiders, now) : []),
      ...(visitors.size
        ? [
            visitorLines(
              living.corp_no,
              living.living_no,
              [...visitors].sort(([a], [b]) => a - b),
              now,
            ),
          ]
        : []),
      ...(toTick.length && living.start_time !== null ? tick(living.corp_no, living.living_no, toTick) : []),
    ])
  return {
    accepted: taken.length,
    visitors: reported.length - known.length,
    unknown: named(unknown),
  }
}

/** In the order of the bytes of the line, as the store compares it to an earlier one. */
const isGreater = (a: string, b: string) => Buffer.compare(Buffer.from(JSON.stringify(a)), Buffer.from(JSON.stringify(b))) > 0

function checkTimes({ enter_time, leave_time }: Reported, index: number, now: number): void {
  const late = (field: string, at: number) =>
    new WireError('bad_request', `stays[${index}].${field}: ${at} is in the future, expected unix seconds up to now (${now})`)
  if (enter_time > now + clockSkew) throw late('enter_time', enter_time)
  if (leave_time === undefined) return
  if (leave_time > now + clockSkew) throw late('leave_time', leave_time)
  if (leave_time < enter_time)
    throw new WireError('bad_request', `stays[${index}].leave_time: expected ${enter_time} (enter_time) or later, got ${leave_time}`)
}

const shaped = (stay: Reported, viewer_no: number): Stay => ({
  viewer_no,
  replay: Number(stay.replay ?? 0),
  stay_id: stay.stay_id ?? `@${stay.enter_time}`,
  enter_time: stay.enter_time,
  leave_time: stay.leave_time ?? stay.enter_time,
  is_comment: Number(stay.is_comment ?? 0),
})

/** A visitor's number is made from the id, below zero, and the id itself is not kept: 52 bits, 10,000 visitors collide once in 10^8 livings. */
export const visitorNo = (visitor_id: string) => -1 - Number(createHash('sha256').update(visitor_id).digest().readBigUInt64BE() >> 12n)

/** The order of the key: PostgreSQL takes no row twice in a statement, and two writers in one order do not deadlock. */
const byTheirKey = (a: Stay, b: Stay) =>
  a.viewer_no - b.viewer_no || a.replay - b.replay || (a.stay_id < b.stay_id ? -1 : Number(a.stay_id > b.stay_id))

/** One row a stay, of stays in their order. */
function merged(stays: readonly Stay[]): Stay[] {
  const rows: Stay[] = []
  for (const stay of stays) {
    const same = rows.at(-1)
    if (!same || byTheirKey(same, stay) !== 0) rows.push(stay)
    else {
      same.enter_time = Math.min(same.enter_time, stay.enter_time)
      same.leave_time = Math.max(same.leave_time, stay.leave_time)
      same.is_comment = Math.max(same.is_comment, stay.is_comment)
    }
  }
  return rows
}

/** Viewers this process knows to be ticked, by living and era: within one era no tick is taken back. */
const tickedBefore = new Map<string, { era: number; viewers: Set<number> }>()

function tickedIn({ corp_no, living_no, era, livingid }: Living): Set<number> {
  const key = `${corp_no}/${living_no}/${livingid}`
  let kept = tickedBefore.get(key)
  if (!kept || kept.era !== era) {
    // a thousand lessons at once are far more than one process serves
    if (tickedBefore.size >= 1000) tickedBefore.clear()
    kept = { era, viewers: new Set() }
    tickedBefore.set(key, kept)
  }
  return kept.viewers
}

/** Of viewers not known to be ticked: whose line is unticked, and who has no line yet. Remembers those found ticked. */
async function standing(db: Db, { corp_no, living_no }: Living, viewer_nos: readonly number[], ticked: Set<number>) {
  const lineless = new Set<number>()
  // looked up one by one, and said so: see `hasWatched` in ticks.ts
  const watched = sql`(
        select a.watched from attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no
      )`
  for await (const some of inTurns(viewer_nos)) {
    // most have a line and are unticked: they are no row of the answer
    const found = await db.all<{ viewer_no: number; watched: number | null }>(sql`
      select k.viewer_no, ${watched} as watched from ${numbers('k', 'viewer_no', some)} where coalesce(${watched}, 1) = 1`)
    for (const { viewer_no, watched } of found) {
      if (watched === null) lineless.add(viewer_no)
      else ticked.add(viewer_no)
    }
  }
  return {
    unticked: viewer_nos.filter((viewer_no) => !ticked.has(viewer_no)),
    lineless: viewer_nos.filter((viewer_no) => lineless.has(viewer_no)),
  }
}

const sameEra = ({ corp_no, living_no, era }: Living) => sql`
  select 1 as ok from living where corp_no = ${corp_no} and living_no = ${living_no} and era = ${era} ${forShare}`

const stayTypes = {
  viewer_no: 'bigint',
  replay: 'bigint',
  stay_id: 'text',
  enter_time: 'bigint',
  leave_time: 'bigint',
  is_comment: 'bigint',
} as const

const putStays = ({ corp_no, living_no }: Living, stays: readonly Stay[], source: string): Query => sql`
  insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
  select cast(${corp_no} as bigint), cast(${living_no} as bigint), viewer_no, replay, stay_id, enter_time, leave_time, is_comment, ${source}
  from ${rows(
    'r',
    stayTypes,
    stays.map((s) => [s.viewer_no, s.replay, s.stay_id, s.enter_time, s.leave_time, s.is_comment]),
  )}
  where true
  on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set
    enter_time = ${least}(stay.enter_time, excluded.enter_time),
    leave_time = ${greatest}(stay.leave_time, excluded.leave_time),
    is_comment = ${greatest}(stay.is_comment, excluded.is_comment)`
