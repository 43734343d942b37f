import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packCursor } from '../../src/cursor.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { cpuSeconds, type Listening, startLimit, startRollcall, tokenOf } from '../processes.ts'
import type { Bench } from '../run.ts'
import { makeLiving, makeSchool, personNo, type School, unixNow, viewers } from '../school.ts'

export const pagePath = '/cgi-bin/school/living/get_unwatch_stat_v2'

/** Requests for pages that begin at places nobody has asked for: more of them than a process keeps pages. */
export function pageBodies({ corp_no, cursorKey }: School, livingid: string, count: number, from: number, to: number): string[] {
  return Array.from({ length: count }, () => {
    const place = Math.floor(from + Math.random() * (to - from))
    return JSON.stringify({ livingid, next_cursor: packCursor(cursorKey, { corp_no, livingid }, 'unwatched', place) })
  })
}

/** A page of 1,000 of a living half watched, through everything a request passes, against node:http sending its bytes. */
export async function pages({ folder, url, load, rounds, sampleMs }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwpages', 30_000)
  const livingid = await makeLiving(url, school, (no) => (no * 7919) % 100 < 50)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const path = `${pagePath}?${token}`
  // each page full: the last 2,500 viewers begin no full page
  const places = pageBodies(school, livingid, 20_000, 0, viewers(school) - 2500)
  const sample = await (await fetch(`http://127.0.0.1:${ours.port}${path}`, { method: 'POST', body: places[0] as string })).text()
  const { stat_info } = JSON.parse(sample) as { stat_info: { students: object[]; parents: object[] } }
  if (stat_info.students.length + stat_info.parents.length !== 1000)
    throw new Error(`expected a page of 1,000, got ${sample.slice(0, 200)}`)
  writeFileSync(join(folder, 'page.json'), sample)
  const limit = await startLimit(join(folder, 'page.json'))

  const closed = { bodies: places, connections: 8, until: sampleMs }
  const perSecond = { live: [] as number[], ticking: [] as number[], kept: [] as number[], raw: [] as number[] }
  const cpu = { live: [] as number[], ticking: [] as number[], kept: [] as number[], raw: [] as number[] }
  const sampled = async (name: keyof typeof cpu, server: Listening, bodies: readonly string[]) => {
    const before = cpuSeconds(server)
    const outcome = await load({ ...closed, bodies, port: server.port, path })
    perSecond[name].push(outcome.perSecond)
    cpu[name].push(((cpuSeconds(server) - before) / outcome.requests) * 1e6)
  }
  // the code compiled and the texts of the lines known, as after some minutes of service
  await load({ ...closed, port: ours.port, path })
  let viewer = 1
  for (let round = 0; round < rounds; round++) {
    await sampled('raw', limit, places)
    await sampled('live', ours, places)
    // 50 pages by 8 readers, while somebody comes in every 5 ms
    const comers = Array.from({ length: 1000 }, () => JSON.stringify({ stays: [{ ...personNo(viewer++), enter_time: unixNow() }] }))
    await Promise.all([
      sampled('ticking', ours, places.slice(0, 50)),
      load({
        port: ours.port,
        path: `/v1/livings/${livingid}/presence?${token}`,
        bodies: comers,
        connections: 1,
        until: sampleMs,
        pause: 5,
      }),
    ])
    await sampled('kept', ours, places.slice(0, 1))
  }
  await ours.stop()
  await limit.stop()
  const figure = (name: string, alternative: Exclude<keyof typeof cpu, 'raw'>, goal?: { atLeast: number; aim: number }): Figure[] => [
    {
      name,
      of: 'of raw node:http',
      rounds: ratios(perSecond[alternative], perSecond.raw),
      ...(goal && { goal }),
      absolute: absolute('/s', { ours: perSecond[alternative], raw: perSecond.raw }),
    },
    {
      name: '… in CPU time',
      of: 'of raw node:http',
      rounds: ratios(cpu.raw, cpu[alternative]),
      absolute: absolute('µs', { ours: cpu[alternative], raw: cpu.raw }),
    },
  ]
  return [
    ...figure('live page of 1,000, not kept', 'live', { atLeast: 0.15, aim: 0.25 }),
    ...figure('50 pages over and over, a viewer coming in every 5 ms', 'ticking'),
    ...figure('unchanged page of 1,000', 'kept', { atLeast: 0.6, aim: 0.9 }),
  ]
}
