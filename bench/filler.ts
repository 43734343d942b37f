import type { App } from '../src/access/token.ts'
import { createLiving } from '../src/living/create.ts'
import { startLiving } from '../src/living/life.ts'
import { loadLiving } from '../src/living/living.ts'
import type { Db } from '../src/store/db.ts'
import { openDb } from '../src/store/open.ts'
import { sql } from '../src/store/sql.ts'
import { lesson, type School, unixNow, viewers } from './school.ts'

/** Registers of millions of lines, put in by the database itself: of the filler nobody is on the roster, and it is never asked who. */

const atOnce = 500_000

const entryOf = sql`'"parent_userid":"parent.' || n.no || '","student_userid":"student.' || n.no || '","partyids":[' || (100 + n.no % 600) || ']'`

const numbersFrom = (from: number, to: number) => sql`
  with recursive n(no) as (
    select cast(${from} as bigint) union all select no + 1 from n where no < ${to}
  )`

/** A living of the whole school, and behind the school's own viewers as many lines more as make `lines`. */
export async function longLiving(url: string, school: School, lines: number): Promise<string> {
  const db = await openDb(url, { pool: 2, timeout: 600 })
  try {
    const app = { ...school, kind: 'self-built', name: '', grants: new Set(), legacy: false } as unknown as App
    const { livingid } = await createLiving(db, app, lesson(), unixNow())
    const living = await loadLiving(db, school.corp_no, livingid)
    if (!living) throw new Error('the living is not there')
    await startLiving(db, living, undefined, unixNow())
    for (let from = viewers(school) + 1; from <= lines; from += atOnce)
      await fill(db, school.corp_no, living.living_no, from, Math.min(from + atOnce - 1, lines))
    if (db.dialect === 'postgres') await db.all(sql`analyze attendance`)
    return livingid
  } finally {
    await db.close()
  }
}

const fill = (db: Db, corp_no: number, living_no: number, from: number, to: number) =>
  db.batch([
    sql`insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
      ${numbersFrom(from, to)}
      select cast(${corp_no} as bigint), cast(${living_no} as bigint), n.no, 1, 1, 0, 0, ${entryOf} from n`,
  ])

/** So many livings of 100 lines each, copies of one; the ids of at most 2,000 of them. */
export async function manyLivings(url: string, school: School, count: number): Promise<string[]> {
  const db = await openDb(url, { pool: 2, timeout: 600 })
  try {
    const app = { ...school, kind: 'self-built', name: '', grants: new Set(), legacy: false } as unknown as App
    const { livingid } = await createLiving(db, app, { ...lesson(), living_range: { partyids: [] } }, unixNow())
    const living = await loadLiving(db, school.corp_no, livingid)
    if (!living) throw new Error('the living is not there')
    await startLiving(db, living, undefined, unixNow())
    const { corp_no } = school
    const first = living.living_no
    for (let from = 1; from < count; from += 5000) {
      const to = Math.min(from + 4999, count - 1)
      await db.batch([
        sql`insert into living (corp_no, living_no, livingid, agentid, anchor_userid, anchor_key, theme, description, type, remind_time,
            activity, reserve_start, reserve_living_duration, state, start_time, end_time, era, created_at)
          ${numbersFrom(from, to)}
          select corp_no, ${first} + n.no, livingid || '.' || n.no, agentid, anchor_userid, anchor_key, theme, description, type, remind_time,
            activity, reserve_start, reserve_living_duration, state, start_time, end_time, era, created_at
          from n cross join living where corp_no = ${corp_no} and living_no = ${first}`,
        sql`insert into register (corp_no, living_no, ready, version, entry_version, replay_deleted, outsiders)
          ${numbersFrom(from, to)}
          select corp_no, ${first} + n.no, ready, version, entry_version, replay_deleted, outsiders
          from n cross join register where corp_no = ${corp_no} and living_no = ${first}`,
        sql`insert into attendance (corp_no, living_no, viewer_no, in_range, is_subscribe, since, watched, entry)
          ${numbersFrom(from * 100, to * 100 + 99)}
          select cast(${corp_no} as bigint), ${first} + n.no / 100, 1 + n.no % 100, 1, 1, 0, 0, ${entryOf} from n`,
      ])
    }
    await fill(db, corp_no, first, 1, 100)
    if (db.dialect === 'postgres') await db.all(sql`analyze`)
    const step = Math.max(1, Math.floor(count / 2000))
    return Array.from({ length: Math.min(count, 2000) }, (_, index) => (index === 0 ? livingid : `${livingid}.${index * step}`))
  } finally {
    await db.close()
  }
}
