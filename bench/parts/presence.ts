import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { call, cpuSeconds, startRollcall, tokenOf } from '../processes.ts'
import { makeSchool, newLiving, personNo, type School, unixNow, viewerCount } from '../school.ts'

/** A stay of a viewer, times in Unix seconds. */
export type Stay = { viewer_no: number; stay_id: string; enter_time: number; leave_time: number }

/**
 * Presence over HTTP, answered when it is on disk, against upserting the same rows in one transaction, without a server, on a copy of
 * the same database file.
 */
export async function presence({ folder, url, load, rounds }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwpresence', 30_000)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const first: Rates = { ours: [], raw: [], oursCpu: [], rawCpu: [] }
  const beats: Rates = { ours: [], raw: [], oursCpu: [], rawCpu: [] }
  const sent = async (livingid: string, stays: readonly Stay[]) => {
    const bodies = thousands(stays).map((some) => JSON.stringify({ stays: some.map(reported) }))
    const before = cpuSeconds(ours)
    const path = `/v1/livings/${livingid}/presence?${token}`
    const { seconds } = await load({ port: ours.port, path, bodies, connections: 8, until: 'each once' })
    return { seconds, cpu: cpuSeconds(ours) - before }
  }
  const count = viewerCount(school)
  const both = async (rates: Rates, livingid: string, stays: readonly Stay[], ticks: boolean, counts: boolean) => {
    const raw = rawUpserts(copied(url), livingid, stays, ticks)
    const http = await sent(livingid, stays)
    if (!counts) return
    rates.raw.push(count / raw.seconds)
    rates.ours.push(count / http.seconds)
    rates.rawCpu.push((raw.cpu / count) * 1e6)
    rates.oursCpu.push((http.cpu / count) * 1e6)
  }
  // the first round warms up
  for (let round = 0; round <= rounds; round++) {
    const { livingid } = (await call(ours.port, `/cgi-bin/living/create?${token}`, newLiving())) as { livingid: string }
    await call(ours.port, `/v1/livings/${livingid}/start?${token}`, { at: unixNow() - 500 })
    const enter_time = unixNow() - 400
    await both(first, livingid, stays(count, enter_time, 60), true, round > 0)
    await both(beats, livingid, stays(count, enter_time, 90), false, round > 0)
  }
  await ours.stop()
  const figure = (name: string, { ours, raw, oursCpu, rawCpu }: Rates, goal: { atLeast: number; aim: number }): Figure[] => [
    { name, of: 'of one bare transaction', rounds: ratios(ours, raw), goal, absolute: absolute('stays/s', { ours, raw }) },
    {
      name: '… in CPU time, all threads',
      of: 'of one bare transaction',
      rounds: ratios(rawCpu, oursCpu),
      absolute: absolute('µs a stay', { ours: oursCpu, raw: rawCpu }),
    },
  ]
  return [
    ...figure('heartbeats, 1,000 a request, 8 connections', beats, { atLeast: 0.25, aim: 0.4 }),
    ...figure('first watches, ticked, 1,000 a request, 8 connections', first, { atLeast: 0.3, aim: 0.5 }),
  ]
}

/** Stays per second, and CPU in µs per stay, of each round. */
type Rates = { ours: number[]; raw: number[]; oursCpu: number[]; rawCpu: number[] }

/** A stay of every viewer, in an order that is not that of the numbers. */
export function stays(count: number, enter_time: number, seconds: number): Stay[] {
  const step = 48_271 // a prime, so that every viewer occurs once
  return Array.from({ length: count }, (_, index) => ({
    viewer_no: ((index * step) % count) + 1,
    stay_id: `connection-${index % 7}`,
    enter_time,
    leave_time: enter_time + seconds,
  }))
}

/** A stay as a report has it. */
export const reported = ({ viewer_no, ...stay }: Stay) => ({ ...personNo(viewer_no), ...stay })

/** 500 reports of ten stays each, as a streaming server sends them. */
export const reportsOfTen = () =>
  Array.from({ length: 500 }, (_, batch) =>
    JSON.stringify({
      stays: Array.from({ length: 10 }, (_, index) => ({
        ...personNo(batch * 10 + index + 1),
        enter_time: unixNow() - 100,
        leave_time: unixNow(),
      })),
    }),
  )

/** The list in slices of 1,000. */
export const thousands = <T>(list: readonly T[]) =>
  Array.from({ length: Math.ceil(list.length / 1000) }, (_, index) => list.slice(index * 1000, index * 1000 + 1000))

/** Copies the database file. No request may be under way. Returns the file of the copy. */
function copied(url: string): string {
  const copy = `${url}.copy`
  for (const end of ['', '-wal', '-shm']) {
    rmSync(copy + end, { force: true })
    if (end !== '-shm' && existsSync(url + end)) copyFileSync(url + end, copy + end)
  }
  return copy
}

/** Upserts the stays in one transaction, with a prepared statement per row. Returns the seconds and CPU seconds, commit included. */
function rawUpserts(file: string, livingid: string, stays: readonly Stay[], ticks: boolean) {
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; pragma mmap_size = 268435456')
  const { corp_no, living_no } = db.prepare('select corp_no, living_no from living where livingid = ?').get(livingid) as School & {
    living_no: number
  }
  const put = db.prepare(`insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set
      enter_time = min(stay.enter_time, excluded.enter_time), leave_time = max(stay.leave_time, excluded.leave_time),
      is_comment = max(stay.is_comment, excluded.is_comment)`)
  const tick = db.prepare('update attendance set watched = 1 where corp_no = ? and living_no = ? and viewer_no = ? and watched = 0')
  const began = performance.now()
  const used = process.cpuUsage()
  db.exec('begin immediate')
  for (const { viewer_no, stay_id, enter_time, leave_time } of stays) {
    put.run(corp_no, living_no, viewer_no, 0, stay_id, enter_time, leave_time, 0, 'api')
    if (ticks) tick.run(corp_no, living_no, viewer_no)
  }
  db.exec('commit')
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(used)
  db.close()
  return { seconds, cpu: (user + system) / 1e6 }
}
