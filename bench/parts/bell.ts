import { startPostgres } from '../../test/postgres.ts'
import { absolute, type Figure } from '../figures.ts'
import type { Outcome } from '../load.ts'
import { draw } from '../plot.ts'
import { call, startRollcall, tokenOf } from '../processes.ts'
import type { Bench } from '../run.ts'
import { makeLiving, makeSchool, personNo, type School, unixNow, viewers } from '../school.ts'
import { pagePath } from './pages.ts'

/**
 * A lesson's bell: 100,000 viewers enter within a minute and beat every 30 s, told by four streaming servers each half second, while
 * four apps pull the list page by page and again. The register has just been opened: the databases have no statistics of it yet.
 */
export async function bell(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ mayDie: true })
  try {
    return [...(await rung(bench, 'SQLite', bench.url)), ...(await rung(bench, 'PostgreSQL', server.url))]
  } finally {
    await server.stop()
  }
}

/** Ticks of 125 ms: 60 s of entering, and 15 more in which as many beat as did before. */
const [entering, all, tickMs] = [480, 600, 125]
const beatEvery = 240
const slices = 10

async function rung({ folder, load, scale }: Bench, name: string, url: string): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwbell', Math.ceil(33_334 * scale))
  const livingid = await makeLiving(url, school)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const list = {
    port: ours.port,
    path: `${pagePath}?${token}`,
    bodies: [JSON.stringify({ livingid })],
    connections: 4,
    walks: true,
    pause: 100,
  }
  await load({ ...list, until: 3000 })
  const resting = await load({ ...list, until: 5000 })
  const bodies = reports(school, unixNow())
  const presence: Outcome[] = []
  const pages: Outcome[] = []
  // slice by slice, so that it is seen how it goes as the list grows shorter and the beats more
  for (let slice = 0; slice < slices; slice++) {
    const some = bodies.slice((slice * all) / slices, ((slice + 1) * all) / slices)
    const report = { port: ours.port, path: `/v1/livings/${livingid}/presence?${token}`, bodies: some, connections: 4 }
    const [told, pulled] = await Promise.all([
      load({ ...report, every: tickMs, until: 'each once' }),
      load({ ...list, until: (tickMs * all) / slices }),
    ])
    presence.push(told)
    pages.push(pulled)
  }
  const left = await call(ours.port, list.path, { livingid })
  await ours.stop()
  const { students, parents } = left.stat_info as { students: object[]; parents: object[] }
  if (students.length + parents.length) throw new Error(`${name}: somebody who entered is still listed`)
  return figuresOf(name, viewers(school), resting, presence, pages)
}

function figuresOf(name: string, count: number, resting: Outcome, presence: readonly Outcome[], pages: readonly Outcome[]): Figure[] {
  const seconds = (tickMs * all) / slices / 1000
  draw(`bell-${name.toLowerCase()}`, {
    title: `A lesson's bell, ${name}: ${count.toLocaleString('en')} enter in 60 s and beat every 30 s`,
    x: { label: 'seconds since the bell' },
    y: { label: 'ms, p99', log: true },
    lines: [
      { name: 'a report', points: presence.map(({ p99 }, slice) => [(slice + 1) * seconds, p99] as const) },
      { name: 'a page', points: pages.map(({ p99 }, slice) => [(slice + 1) * seconds, p99] as const) },
      {
        name: 'a page, resting',
        points: [
          [seconds, resting.p99],
          [slices * seconds, resting.p99],
        ] as const,
      },
    ],
  })
  const p99 = { report: presence.map((each) => each.p99), page: pages.map((each) => each.p99), 'page, resting': [resting.p99] }
  return [
    {
      name: `${name}: pages while the bell rings, p99 of each 7.5 s against resting`,
      of: '×',
      rounds: p99.page.map((each) => each / resting.p99),
      goal: { atMost: 3 },
      absolute: absolute('ms', p99),
    },
    {
      name: `${name}: a report, p99 from when it is due`,
      of: 'ms',
      rounds: p99.report,
      goal: { atMost: 500 },
      absolute: absolute('ms', { p50: presence.map((each) => each.p50), longest: presence.map((each) => each.most) }),
    },
  ]
}

/** What is reported each tick: who enters now, and the beats of those who entered 30 and 60 s ago. */
function reports(school: School, now: number): string[] {
  const count = viewers(school)
  // in no order of numbers; the step is a prime
  const viewerOf = (place: number) => ((place * 48_271) % count) + 1
  const comersOf = (tick: number) => {
    const from = Math.floor((tick * count) / entering)
    return Array.from({ length: Math.floor(((tick + 1) * count) / entering) - from }, (_, index) => viewerOf(from + index))
  }
  return Array.from({ length: all }, (_, tick) => {
    const present = Array.from({ length: Math.floor(tick / beatEvery) + 1 }, (_, ago) => tick - ago * beatEvery).filter(
      (each) => each < entering,
    )
    const at = (each: number) => now + Math.floor((each * tickMs) / 1000)
    const stays = present.flatMap((entered) =>
      comersOf(entered).map((viewer) => ({ ...personNo(viewer), stay_id: 'a', enter_time: at(entered), leave_time: at(tick) })),
    )
    return JSON.stringify({ stays })
  })
}
