import { setTimeout as pass } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '../../test/postgres.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, quantile, ratios } from '../figures.ts'
import { call, startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, newLiving, unixNow, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { reported, stays, thousands } from './presence.ts'

/**
 * The latency of pages while presence is reported as fast as the server takes it, against the same pages of a server at rest, on both
 * databases. On PostgreSQL also the latency of the smallest read that a page makes, sent to the database directly.
 */
export async function saturated(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ mayDie: true })
  try {
    return [...(await pagesUnder(bench, 'SQLite', bench.url)), ...(await pagesUnder(bench, 'PostgreSQL', server.url))]
  } finally {
    await server.stop()
  }
}

async function pagesUnder({ folder, load, rounds, scale, sampleMs }: Bench, name: string, url: string): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwsaturated', Math.ceil(30_000 * scale))
  const livingid = await makeLiving(url, school, (no) => (no * 7919) % 100 < 50)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const bodies = pageBodies(school, livingid, 5000, 0, viewerCount(school) - 2500)
  // about 100 pages a second, few enough not to saturate the server; long enough that the p99 is not one of the three slowest pages
  const pages = { port: ours.port, path: `${pagePath}?${token}`, bodies, connections: 2, pause: 20, until: 5 * sampleMs }
  const p99 = { meanwhile: [] as number[], resting: [] as number[] }
  const rates: number[] = []
  const bare = { resting: [] as number[], meanwhile: [] as number[] }
  const reads = name === 'PostgreSQL' ? await bareReads(url) : undefined
  // the first round warms up
  for (let round = 0; round <= rounds; round++) {
    reads?.p99()
    const rest = await load(pages)
    const bareRest = reads?.p99()
    const other = (await call(ours.port, `/cgi-bin/living/create?${token}`, newLiving())).livingid
    await call(ours.port, `/v1/livings/${other}/start?${token}`, { at: unixNow() - 500 })
    const some = stays(viewerCount(school), unixNow() - 400, 60)
    const reports = thousands(some).map((each) => JSON.stringify({ stays: each.map(reported) }))
    const report = { port: ours.port, path: `/v1/livings/${other}/presence?${token}`, bodies: reports, connections: 8, until: pages.until }
    reads?.p99()
    const [taken, read] = await Promise.all([load(report), load(pages)])
    const bareMeanwhile = reads?.p99()
    if (round === 0) continue
    p99.resting.push(rest.p99)
    p99.meanwhile.push(read.p99)
    rates.push(taken.perSecond * 1000)
    if (bareRest && bareMeanwhile) {
      bare.resting.push(bareRest)
      bare.meanwhile.push(bareMeanwhile)
    }
  }
  await reads?.stop()
  await ours.stop()
  const figures: Figure[] = [
    {
      name: `${name}: pages while presence comes in as fast as it is taken, p99`,
      of: '× resting',
      rounds: ratios(p99.meanwhile, p99.resting),
      goal: { atMost: 3 },
      absolute: `${absolute('ms', p99)}, ${absolute('stays/s', { presence: rates })}`,
    },
  ]
  if (reads)
    figures.push({
      name: `… the smallest read of a page, asked of ${name} itself`,
      of: '× resting',
      rounds: ratios(bare.meanwhile, bare.resting),
      absolute: absolute('ms', bare),
    })
  return figures
}

/** Reads one row by its key every 10 ms. `p99` returns the latency since the last call of `p99`, in ms. */
async function bareReads(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  let times: number[] = []
  let isOver = false
  const reading = (async () => {
    while (!isOver) {
      const began = performance.now()
      await client.query('select livingid from living where corp_no = 1 and living_no = 1')
      times.push(performance.now() - began)
      await pass(10)
    }
  })()
  return {
    p99: () => {
      const sorted = times.sort((a, b) => a - b)
      times = []
      return quantile(sorted, 0.99)
    },
    stop: async () => {
      isOver = true
      await reading
      await client.end()
    },
  }
}
