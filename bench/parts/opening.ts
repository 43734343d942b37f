import type { Bench } from '../bench.ts'
import { absolute, type Figure } from '../figures.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, newLiving, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { reportsOfTen } from './presence.ts'

/** Opens a register of 90,000 lines while other clients read pages and report presence of another living of the same school. */
export async function opening({ folder, url, load, rounds }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwopening', 30_000)
  const livingid = await makeLiving(url, school)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const createPath = `/cgi-bin/living/create?${token}`
  const create = async () =>
    (await load({ port: ours.port, path: createPath, bodies: [JSON.stringify(newLiving())], connections: 1, until: 'each once' })).seconds
  const places = pageBodies(school, livingid, 5000, 0, viewerCount(school) - 1100)
  const batches = reportsOfTen()
  const others = (until: number) =>
    Promise.all([
      load({ port: ours.port, path: `${pagePath}?${token}`, bodies: places, connections: 4, until, pause: 10 }),
      load({ port: ours.port, path: `/v1/livings/${livingid}/presence?${token}`, bodies: batches, connections: 2, until, pause: 10 }),
    ])
  const alone: number[] = []
  const among: number[] = []
  const p99 = { 'page, resting': [] as number[], page: [] as number[], 'presence, resting': [] as number[], presence: [] as number[] }
  await others(2000)
  for (let round = 0; round < rounds; round++) {
    alone.push(await create())
    const [restingPage, restingPresence] = await others(1500)
    const running = others(1500)
    await new Promise((resolve) => setTimeout(resolve, 200))
    among.push(await create())
    const [page, presence] = await running
    p99['page, resting'].push(restingPage.p99)
    p99.page.push(page.p99)
    p99['presence, resting'].push(restingPresence.p99)
    p99.presence.push(presence.p99)
  }
  await ours.stop()
  return [
    {
      name: 'opening 90,000 lines, nothing else going on',
      of: 's',
      rounds: alone,
      goal: { atMost: 1 },
      absolute: absolute('s', { alone, 'among others': among }),
    },
    { name: 'opening 90,000 lines among other requests', of: 's', rounds: among, absolute: '' },
    {
      name: 'page reads meanwhile, p99',
      of: 'ms',
      rounds: p99.page,
      goal: { atMost: 50 },
      absolute: absolute('ms', { meanwhile: p99.page, resting: p99['page, resting'] }),
    },
    {
      name: 'presence of 10 stays meanwhile, p99',
      of: 'ms',
      rounds: p99.presence,
      goal: { atMost: 50 },
      absolute: absolute('ms', { meanwhile: p99.presence, resting: p99['presence, resting'] }),
    },
  ]
}
