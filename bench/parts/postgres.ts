import pg from 'pg'
import { startPostgres } from '../../test/postgres.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { pageAsText, rawSelects, rawUpserts } from '../postgres_limit.ts'
import { call, type Listening, startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, newLiving, type School, unixNow, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'
import { reported, type Stay, stays, thousands } from './presence.ts'

/** Pages and presence on PostgreSQL, against what the database achieves with nothing but its driver. Commits are synchronous. */
export async function postgres(bench: Bench): Promise<Figure[]> {
  const server = await startPostgres({ mayDie: true })
  try {
    const school = await makeSchool(server.url, 'wwpostgres', Math.ceil(30_000 * bench.scale))
    return [...(await pagesOn(bench, server.url, school)), ...(await presenceOn(bench, server.url, school))]
  } finally {
    await server.stop()
  }
}

async function pagesOn({ folder, load, rounds, sampleMs }: Bench, url: string, school: School): Promise<Figure[]> {
  const livingid = await makeLiving(url, school, (no) => (no * 7919) % 100 < 50)
  await analyzed(url)
  const ours = await startRollcall(folder, url)
  const path = `${pagePath}?${await tokenOf(ours.port, school)}`
  const last = viewerCount(school) - 2500
  const bodies = pageBodies(school, livingid, 20_000, 0, last)
  const place = () => Math.floor(Math.random() * last)
  const bytes = 'x'.repeat(80_000)
  const live: number[] = []
  const made: number[] = []
  const constant: number[] = []
  await load({ port: ours.port, path, bodies, connections: 8, until: sampleMs })
  for (let round = 0; round < rounds; round++) {
    made.push(await rawSelects(url, pageAsText, () => [school.corp_no, livingid, place()], 8, sampleMs))
    live.push((await load({ port: ours.port, path, bodies, connections: 8, until: sampleMs })).perSecond)
    constant.push(await rawSelects(url, 'select $1::text as page', () => [bytes], 8, sampleMs))
  }
  await ours.stop()
  return [
    {
      name: 'live page of 1,000, not kept',
      of: 'of the SELECT that returns the same bytes',
      rounds: ratios(live, made),
      goal: { atLeast: 0.5, aim: 1 },
      absolute: absolute('/s', { ours: live, 'the SELECT': made }),
    },
    {
      name: '… against as many bytes that the database need not look for',
      of: 'of a SELECT of a constant',
      rounds: ratios(live, constant),
      absolute: absolute('/s', { constant }),
    },
  ]
}

async function presenceOn({ folder, load, rounds }: Bench, url: string, school: School): Promise<Figure[]> {
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const count = viewerCount(school)
  const sent = async (livingid: string, list: readonly Stay[]) => {
    const bodies = thousands(list).map((some) => JSON.stringify({ stays: some.map(reported) }))
    const path = `/v1/livings/${livingid}/presence?${token}`
    return (await load({ port: ours.port, path, bodies, connections: 8, until: 'each once' })).seconds
  }
  const rates = { first: { ours: [] as number[], raw: [] as number[] }, beats: { ours: [] as number[], raw: [] as number[] } }
  // the first round warms up
  for (let round = 0; round <= rounds; round++) {
    const [theirs, mine] = [await started(ours, token), await started(ours, token)]
    await analyzed(url)
    const enter_time = unixNow() - 400
    for (const [name, seconds] of [
      ['first', 60],
      ['beats', 90],
    ] as const) {
      const list = stays(count, enter_time, seconds)
      const raw = await rawUpserts(url, theirs, list, name === 'first')
      const over = await sent(mine, list)
      if (round === 0) continue
      rates[name].raw.push(count / raw)
      rates[name].ours.push(count / over)
    }
  }
  await ours.stop()
  return (['beats', 'first'] as const).map((name) => ({
    name: name === 'beats' ? 'heartbeats, 1,000 a request, 8 connections' : 'first watches, ticked, 1,000 a request, 8 connections',
    of: "of the database's own bulk upsert",
    rounds: ratios(rates[name].ours, rates[name].raw),
    goal: { atLeast: 0.6, aim: 0.8 },
    absolute: absolute('stays/s', rates[name]),
  }))
}

/** Creates and starts a living. Returns the livingid. */
async function started(ours: Listening, token: string): Promise<string> {
  const { livingid } = (await call(ours.port, `/cgi-bin/living/create?${token}`, newLiving())) as { livingid: string }
  await call(ours.port, `/v1/livings/${livingid}/start?${token}`, { at: unixNow() - 500 })
  return livingid
}

/** Vacuums and analyses the database, as autovacuum does within a minute. */
export async function analyzed(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
}
