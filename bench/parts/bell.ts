import { startPostgres } from '../../test/postgres.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure } from '../figures.ts'
import type { Outcome } from '../load.ts'
import { draw } from '../plot.ts'
import { call, startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, personNo, type School, unixNow, viewerCount } from '../school.ts'
import { pagePath } from './pages.ts'

/**
 * The start of a lesson: 100,000 viewers enter within a minute and send a heartbeat every 30 s. Four streaming servers report them,
 * each every half second, while four apps read the list page by page, again and again. The register has just been opened, so the
 * databases have no statistics of it yet.
 */
export async function bell(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ mayDie: true })
  try {
    return [...(await ringBell(bench, 'SQLite', bench.url)), ...(await ringBell(bench, 'PostgreSQL', server.url))]
  } finally {
    await server.stop()
  }
}

/** One report is due every 125 ms. Viewers enter during the first 480 reports (60 s); 120 more reports (15 s) bring heartbeats only. */
const [enteringReports, allReports, reportMs] = [480, 600, 125]
/** A viewer is reported again after 240 reports, which is 30 s. */
const reportsPerBeat = 240
/** The 75 s are measured in slices of 7.5 s. */
const slices = 10

async function ringBell({ folder, load, scale }: Bench, name: string, url: string): Promise<Figure[]> {
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
  // in slices, to show how the times change while the list becomes shorter and the heartbeats more
  for (let slice = 0; slice < slices; slice++) {
    const some = bodies.slice((slice * allReports) / slices, ((slice + 1) * allReports) / slices)
    const report = { port: ours.port, path: `/v1/livings/${livingid}/presence?${token}`, bodies: some, connections: 4 }
    const [reported, read] = await Promise.all([
      load({ ...report, every: reportMs, until: 'each once' }),
      load({ ...list, until: (reportMs * allReports) / slices }),
    ])
    presence.push(reported)
    pages.push(read)
  }
  const left = await call(ours.port, list.path, { livingid })
  await ours.stop()
  const { students, parents } = left.stat_info as { students: object[]; parents: object[] }
  if (students.length + parents.length) throw new Error(`${name}: somebody who entered is still listed`)
  return figuresOf(name, viewerCount(school), resting, presence, pages)
}

function figuresOf(name: string, count: number, resting: Outcome, presence: readonly Outcome[], pages: readonly Outcome[]): Figure[] {
  const seconds = (reportMs * allReports) / slices / 1000
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

/** The bodies of all reports. A report has the viewers who enter now, and the heartbeats of those who entered 30 and 60 s ago. */
function reports(school: School, now: number): string[] {
  const count = viewerCount(school)
  // a prime step, so that viewers enter in no order of their numbers
  const viewerOf = (place: number) => ((place * 48_271) % count) + 1
  const enteringAt = (tick: number) => {
    const from = Math.floor((tick * count) / enteringReports)
    return Array.from({ length: Math.floor(((tick + 1) * count) / enteringReports) - from }, (_, index) => viewerOf(from + index))
  }
  return Array.from({ length: allReports }, (_, tick) => {
    const present = Array.from({ length: Math.floor(tick / reportsPerBeat) + 1 }, (_, ago) => tick - ago * reportsPerBeat).filter(
      (each) => each < enteringReports,
    )
    const at = (each: number) => now + Math.floor((each * reportMs) / 1000)
    const stays = present.flatMap((entered) =>
      enteringAt(entered).map((viewer) => ({ ...personNo(viewer), stay_id: 'a', enter_time: at(entered), leave_time: at(tick) })),
    )
    return JSON.stringify({ stays })
  })
}
