import { dropMirrored, type MirroredLine, type MirroredRow, mirroredRows, putMirrored, showMirrored } from '../register/mirrored.ts'
import { newRegister, oneLiving } from '../register/open.ts'
import { dropRange, newRange } from '../register/range.ts'
import type { Watching } from '../register/watch_time.ts'
import { rosterVersion } from '../roster/store.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { insertLiving, lastLivingNo, lockEra, nextLivingNo } from './store.ts'
import { type HostLiving, type MirroredRegister, mirroredRegister, setMirrored } from './store_mirrored.ts'

/** The party ids of its range and classes, and its lines. */
export type MirroredAudience = { range: readonly number[]; classes: readonly number[]; lines: readonly MirroredLine[] }

/** Lines written in one batch while the register is hidden: some 5 ms of the writer's time. */
const linesAtOnce = 1000

/**
 * Writes a living of another host with its whole register, of which nobody ever sees a part. The first time the lines are written in
 * batches while the register is hidden, and work that broke off is continued; later only the differences are written, in one batch.
 *
 * @returns how many lines were written or deleted
 */
export const mirrorLiving = (
  db: Db,
  corp_no: number,
  host: HostLiving,
  { range, classes, lines }: MirroredAudience,
  now: number,
): Promise<number> =>
  retryOnConflict(async () => {
    const { living_no, era, ready } = await registerFor(db, corp_no, host, now)
    const before = new Map((await db.all<MirroredRow>(mirroredRows(corp_no, living_no))).map((row) => [row.viewer_no, row]))
    const changed = lines.filter((line) => !isSame(line, before.get(line.viewer_no)))
    const there = new Set(lines.map((line) => line.viewer_no))
    const gone = [...before.keys()].filter((viewer_no) => !there.has(viewer_no))
    const since = Math.min(host.reserve_start, host.start_time ?? host.reserve_start)
    const first = ready ? [] : changed.slice(0, Math.floor(changed.length / linesAtOnce) * linesAtOnce)
    for (let from = 0; from < first.length; from += linesAtOnce)
      await db.batch([
        must(lockEra({ corp_no, living_no, era })),
        ...putMirrored(corp_no, living_no, first.slice(from, from + linesAtOnce), since),
      ])
    const rest = changed.slice(first.length)
    await db.batch([
      must(setMirrored(corp_no, living_no, era, host, now)),
      ...dropRange(corp_no, living_no),
      ...newRange(corp_no, oneLiving(living_no), range, classes),
      ...(gone.length ? dropMirrored(corp_no, living_no, gone) : []),
      ...(rest.length ? putMirrored(corp_no, living_no, rest, since) : []),
      ...showMirrored(corp_no, living_no),
    ])
    return changed.length + gone.length
  })

/** The stored register of a host's living; where there is none, one is made, hidden. */
async function registerFor(db: Db, corp_no: number, host: HostLiving, now: number): Promise<MirroredRegister> {
  const known = async () => (await db.all<MirroredRegister>(mirroredRegister(corp_no, host.livingid)))[0]
  const register = await known()
  if (register && register.mirrored_at === null)
    throw new Error(`${host.livingid} was held here, by this database's own server: it is not mirrored`)
  if (register) return register
  const [corp] = await db.all<{ roster_version: number }>(rosterVersion(corp_no))
  await db.batch([
    must(nextLivingNo(corp_no, corp?.roster_version ?? 0)),
    insertLiving(corp_no, { ...host, remind_time: 0, activity: '{}', created_at: now }, 0),
    newRegister(corp_no, lastLivingNo(corp_no)),
  ])
  return (await known()) as MirroredRegister
}

function isSame({ watching, ...line }: MirroredLine, row: MirroredRow | undefined): boolean {
  if (!row || row.in_range !== line.in_range || row.is_subscribe !== line.is_subscribe || row.entry !== line.entry) return false
  if (!watching) return row.watch_time === null
  return (['watch_time', 'enter_time', 'leave_time', 'is_comment'] as (keyof Watching)[]).every((field) => row[field] === watching[field])
}
