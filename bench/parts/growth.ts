import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, median, ratios } from '../figures.ts'
import { longLiving, manyLivings } from '../filler.ts'
import type { Outcome } from '../load.ts'
import { draw } from '../plot.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeSchool, personNo, type School, unixNow } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { thousands } from './presence.ts'

/** How the times of a page and of a heartbeat grow with the lines of a register, the number of livings, and the number of clients. On SQLite. */
export async function growth(bench: Bench): Promise<Figure[]> {
  return [...(await byLines(bench)), ...(await byLivings(bench)), ...(await byClients(bench))]
}

const count = (value: number) => value.toLocaleString('en')
/** The values of each round, by size. */
type Times = { [size: number]: number[] }

/** Runs `body` on a new database, which is deleted afterwards. */
async function onOwnDatabase<T>(bench: Bench, size: number, body: (url: string, school: School) => Promise<T>): Promise<T> {
  const url = join(bench.folder, `${size}.db`)
  const school = await makeSchool(url, 'wwgrowth', 3334)
  const result = await body(url, school)
  for (const end of ['', '-wal', '-shm']) rmSync(url + end, { force: true })
  return result
}

async function byLines(bench: Bench): Promise<Figure[]> {
  const { folder, load, rounds, sampleMs, scale } = bench
  const sizes = [10_000, 100_000, 1_000_000, 10_000_000].map((size) => Math.max(10_002, Math.round(size * scale)))
  const [pages, stays]: [Times, Times] = [{}, {}]
  for (const size of sizes)
    await onOwnDatabase(bench, size, async (url, school) => {
      const livingid = await longLiving(url, school, size)
      const ours = await startRollcall(folder, url)
      const token = await tokenOf(ours.port, school)
      const bodies = pageBodies(school, livingid, 20_000, 0, size - 1100)
      const ask = { port: ours.port, path: `${pagePath}?${token}`, bodies, connections: 1 }
      const report = { port: ours.port, path: `/v1/livings/${livingid}/presence?${token}`, connections: 4 }
      await load({ ...ask, until: sampleMs / 2 })
      for (let round = 0; round < rounds; round++) {
        pages[size] = [...(pages[size] ?? []), (await load({ ...ask, until: sampleMs / 2 })).p50]
        const beats = thousands(heartbeatsOf(round)).map((some) => JSON.stringify({ stays: some }))
        const { seconds } = await load({ ...report, bodies: beats, until: 'each once' })
        stays[size] = [...(stays[size] ?? []), (seconds / 10_000) * 1e6]
      }
      await ours.stop()
    })
  draw('growth-lines', {
    title: 'A page of 1,000, and a heartbeat, by the lines of the register',
    x: { label: 'lines of the register', log: true },
    y: { label: 'ms a page; ms a thousand heartbeats', log: true },
    lines: [lineOf('page, p50', sizes, pages), lineOf('1,000 beats', sizes, stays)],
  })
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)]
  return [
    {
      name: `page time, ${count(most)} lines against ${count(least)}`,
      of: '×',
      rounds: ratios(pages[most] as number[], pages[least] as number[]),
      goal: { atMost: 1.3 },
      absolute: bySize('ms', pages),
    },
    {
      name: `a heartbeat, ${count(most)} lines against ${count(least)}`,
      of: '×',
      rounds: ratios(stays[most] as number[], stays[least] as number[]),
      absolute: bySize('µs', stays),
    },
  ]
}

/** A stay of each of the school's 10,000 viewers, which ends later in each round. */
const heartbeatsOf = (round: number) =>
  Array.from({ length: 10_000 }, (_, index) => ({
    ...personNo(((index * 48_271) % 10_002) + 1),
    stay_id: 'a',
    enter_time: unixNow() - 400,
    leave_time: unixNow() - 300 + round,
  }))

async function byLivings(bench: Bench): Promise<Figure[]> {
  const { folder, load, rounds, sampleMs, scale } = bench
  const sizes = [...new Set([1, 100, 10_000, Math.round(100_000 * scale)])]
  const pages: Times = {}
  for (const size of sizes)
    await onOwnDatabase(bench, size, async (url, school) => {
      const bodies = (await manyLivings(url, school, size)).map((livingid) => JSON.stringify({ livingid }))
      const ours = await startRollcall(folder, url)
      const ask = { port: ours.port, path: `${pagePath}?${await tokenOf(ours.port, school)}`, bodies, connections: 1 }
      await load({ ...ask, until: sampleMs / 2 })
      for (let round = 0; round < rounds; round++) pages[size] = [...(pages[size] ?? []), (await load({ ...ask, until: sampleMs / 2 })).p50]
      await ours.stop()
    })
  draw('growth-livings', {
    title: 'A page of 100, of any of so many livings',
    x: { label: 'livings of 100 lines each', log: true },
    y: { label: 'ms a page, p50' },
    lines: [lineOf('page, p50', sizes, pages)],
  })
  const most = sizes.at(-1) as number
  return [
    {
      name: `page of 100, one of ${count(most)} livings against one of 100`,
      of: '×',
      rounds: ratios(pages[most] as number[], pages[100] as number[]),
      absolute: bySize('ms', pages),
    },
  ]
}

async function byClients(bench: Bench): Promise<Figure[]> {
  const { folder, load, rounds, sampleMs } = bench
  const sizes = [1, 2, 4, 8, 16, 32, 64]
  const outcomes: { [size: number]: Outcome[] } = {}
  await onOwnDatabase(bench, 90_000, async (url, school) => {
    const livingid = await longLiving(url, school, 90_000)
    const ours = await startRollcall(folder, url)
    const bodies = pageBodies(school, livingid, 20_000, 0, 88_000)
    const ask = { port: ours.port, path: `${pagePath}?${await tokenOf(ours.port, school)}`, bodies }
    await load({ ...ask, connections: 8, until: sampleMs })
    for (let round = 0; round < rounds; round++)
      for (const connections of sizes)
        outcomes[connections] = [...(outcomes[connections] ?? []), await load({ ...ask, connections, until: sampleMs / 2 })]
    await ours.stop()
  })
  const of = (field: 'perSecond' | 'p99') =>
    Object.fromEntries(sizes.map((size) => [size, (outcomes[size] ?? []).map((outcome) => outcome[field])])) as Times
  const [rates, p99] = [of('perSecond'), of('p99')]
  draw('growth-clients', {
    title: 'Pages of 1,000 by those who ask at once',
    x: { label: 'clients, each asking again at once', log: true },
    y: { label: 'pages a second; ms, p99', log: true },
    lines: [lineOf('pages /s', sizes, rates), lineOf('ms, p99', sizes, p99)],
  })
  return [
    {
      name: 'pages a second, 64 clients against one',
      of: '×',
      rounds: ratios(rates[64] as number[], rates[1] as number[]),
      absolute: `${bySize('/s', rates)}; p99 ${bySize('ms', p99)}`,
    },
  ]
}

const bySize = (unit: string, times: Times) =>
  absolute(unit, Object.fromEntries(Object.entries(times).map(([size, values]) => [`${count(Number(size))}:`, values as number[]])))

const lineOf = (name: string, sizes: readonly number[], times: Times) => ({
  name,
  points: sizes.map((size) => [size, median(times[size] as number[])] as const),
})
