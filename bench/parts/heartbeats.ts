import type { Bench } from '../bench.ts'
import { absolute, type Figure } from '../figures.ts'
import { call, startRollcall, tokenOf } from '../processes.ts'
import { makeSchool, newLiving, unixNow } from '../school.ts'

/** Heartbeats of players, sent one by one: how many a server takes, against what 10,000 viewers of HLS send at one every 15 s. */
export async function heartbeats({ folder, url, load, rounds, sampleMs }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwheartbeats', 3334)
  const ours = await startRollcall(folder, url)
  const token = await tokenOf(ours.port, school)
  const { livingid } = (await call(ours.port, `/cgi-bin/living/create?${token}`, newLiving())) as { livingid: string }
  await call(ours.port, `/v1/livings/${livingid}/start?${token}`, { at: unixNow() - 60 })
  const { links } = (await call(ours.port, `/v1/livings/${livingid}/links?${token}`, { limit: 10_000 })) as { links: { link: string }[] }
  const bodies = links.map(({ link }, index) => JSON.stringify({ link, stay: `s${index}`, replay: 0, from: 0, to: 15 }))
  const rates: number[] = []
  const p99: number[] = []
  await load({ port: ours.port, path: '/v1/heartbeat', bodies, connections: 32, until: 'each once' })
  for (let round = 0; round < rounds; round++) {
    const outcome = await load({ port: ours.port, path: '/v1/heartbeat', bodies, connections: 32, until: sampleMs })
    rates.push(outcome.perSecond)
    p99.push(outcome.p99)
  }
  await ours.stop()
  const needed = 10_000 / 15
  return [
    {
      name: 'heartbeats of links one by one, against 10,000 viewers every 15 s',
      of: '× what they send',
      rounds: rates.map((rate) => rate / needed),
      goal: { atLeast: 1, aim: 3 },
      absolute: absolute('/s', { ours: rates, needed: [needed] }),
    },
    { name: 'a heartbeat, p99, 32 at a time', of: 'ms', rounds: p99, absolute: absolute('ms', { p99 }) },
  ]
}
