import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packCursor } from '../../src/cursor.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { cpuSeconds, type Listening, startLimit, startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, personNo, type School, unixNow, viewerCount } from '../school.ts'

export const pagePath = '/cgi-bin/school/living/get_unwatch_stat_v2'

/**
 * Requests for pages that begin at random viewer numbers between `from` and `to`. Use more of them than a server caches pages, so that
 * no page is answered from the cache.
 */
export function pageBodies({ corp_no, cursorKey }: School, livingid: string, count: number, from: number, to: number): string[] {
  return Array.from({ length: count }, () => {
    const place = Math.floor(from + Math.random() * (to - from))
    return JSON.stringify({ livingid, next_cursor: packCursor(cursorKey, { corp_no, livingid }, 'unwatched', place) })
  })
}

/** A page of 1,000 lines of a register half of which has watched, through the whole server, against plain node:http sending the same bytes. */
export async function pages({ folder, url, load, rounds, sampleMs }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwpages', 30_000)
  const livingid = await makeLiving(url, school, (no) => (no * 7919) % 100 < 50)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const path = `${pagePath}?${token}`
  // every page is full: a page that begins among the last 2,500 viewers would not be
  const places = pageBodies(school, livingid, 20_000, 0, viewerCount(school) - 2500)
  const sample = await (await fetch(`http://127.0.0.1:${ours.port}${path}`, { method: 'POST', body: places[0] as string })).text()
  const { stat_info } = JSON.parse(sample) as { stat_info: { students: object[]; parents: object[] } }
  if (stat_info.students.length + stat_info.parents.length !== 1000)
    throw new Error(`expected a page of 1,000, got ${sample.slice(0, 200)}`)
  writeFileSync(join(folder, 'page.json'), sample)
  const limit = await startLimit(join(folder, 'page.json'))

  const closed = { bodies: places, connections: 8, until: sampleMs }
  const perSecond: Samples = { live: [], ticking: [], unchanged: [], raw: [] }
  const cpu: Samples = { live: [], ticking: [], unchanged: [], raw: [] }
  const sampled = async (name: keyof Samples, server: Listening, bodies: readonly string[]) => {
    const before = cpuSeconds(server)
    const outcome = await load({ ...closed, bodies, port: server.port, path })
    perSecond[name].push(outcome.perSecond)
    cpu[name].push(((cpuSeconds(server) - before) / outcome.requests) * 1e6)
  }
  // warms up: the code is compiled and the entries are cached, as after some minutes of service
  await load({ ...closed, port: ours.port, path })
  let viewer = 1
  for (let round = 0; round < rounds; round++) {
    await sampled('raw', limit, places)
    await sampled('live', ours, places)
    // 8 clients read the same 50 pages, while a viewer enters every 5 ms
    const entering = Array.from({ length: 1000 }, () => JSON.stringify({ stays: [{ ...personNo(viewer++), enter_time: unixNow() }] }))
    await Promise.all([
      sampled('ticking', ours, places.slice(0, 50)),
      load({
        port: ours.port,
        path: `/v1/livings/${livingid}/presence?${token}`,
        bodies: entering,
        connections: 1,
        until: sampleMs,
        pause: 5,
      }),
    ])
    await sampled('unchanged', ours, places.slice(0, 1))
  }
  await ours.stop()
  await limit.stop()
  return figuresOf(perSecond, cpu)
}

/** The values of each round, by what was measured; `raw` is the limit. */
type Samples = Record<'live' | 'ticking' | 'unchanged' | 'raw', number[]>

function figuresOf(perSecond: Samples, cpu: Samples): Figure[] {
  const figure = (name: string, alternative: Exclude<keyof Samples, 'raw'>, goal?: { atLeast: number; aim: number }): Figure[] => [
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
    ...figure('unchanged page of 1,000', 'unchanged', { atLeast: 0.6, aim: 0.9 }),
  ]
}
