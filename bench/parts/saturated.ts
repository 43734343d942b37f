import { startPostgres } from '../../test/postgres.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { call, startRollcall, tokenOf } from '../processes.ts'
import type { Bench } from '../run.ts'
import { lesson, makeLiving, makeSchool, unixNow, viewers } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { reported, stays, thousands } from './presence.ts'

/** Pages while presence comes in as fast as it is taken, against the same pages of a server at rest, on both databases. */
export async function saturated(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ mayDie: true })
  try {
    return [await pagesUnder(bench, 'SQLite', bench.url), await pagesUnder(bench, 'PostgreSQL', server.url)]
  } finally {
    await server.stop()
  }
}

async function pagesUnder({ folder, load, rounds, scale, sampleMs }: Bench, name: string, url: string): Promise<Figure> {
  const school = await makeSchool(url, 'wwsaturated', Math.ceil(30_000 * scale))
  const livingid = await makeLiving(url, school, (no) => (no * 7919) % 100 < 50)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const bodies = pageBodies(school, livingid, 5000, 0, viewers(school) - 2500)
  // some 100 pages a second: to read them is not what saturates
  const pages = { port: ours.port, path: `${pagePath}?${token}`, bodies, connections: 2, pause: 20, until: 2 * sampleMs }
  const [resting, meanwhile, rates]: number[][] = [[], [], []]
  await load(pages)
  for (let round = 0; round < rounds; round++) {
    resting?.push((await load(pages)).p99)
    const other = (await call(ours.port, `/cgi-bin/living/create?${token}`, lesson())).livingid
    await call(ours.port, `/v1/livings/${other}/start?${token}`, { at: unixNow() - 500 })
    const some = stays(viewers(school), unixNow() - 400, 60)
    const reports = thousands(some).map((each) => JSON.stringify({ stays: each.map(reported) }))
    const report = { port: ours.port, path: `/v1/livings/${other}/presence?${token}`, bodies: reports, connections: 8, until: pages.until }
    const [taken, read] = await Promise.all([load(report), load(pages)])
    meanwhile?.push(read.p99)
    rates?.push(taken.perSecond * 1000)
  }
  await ours.stop()
  return {
    name: `${name}: pages while presence comes in as fast as it is taken, p99`,
    of: '× resting',
    rounds: ratios(meanwhile as number[], resting as number[]),
    goal: { atMost: 3 },
    absolute: `${absolute('ms', { meanwhile: meanwhile as number[], resting: resting as number[] })}, ${absolute('stays/s', { presence: rates as number[] })}`,
  }
}
