import type { Load } from './load.ts'
import type { Bench } from './run.ts'

/** Whom to ask, and for what. */
export type Asked = Pick<Load, 'port' | 'path' | 'bodies' | 'method' | 'plain'>

/** Requests a second of each, in turn inside a round; the first round warms up. */
export async function inTurn<Name extends string>(
  { load, rounds, sampleMs }: Bench,
  asked: Record<Name, Asked>,
): Promise<Record<Name, number[]>> {
  const rates = Object.fromEntries(Object.keys(asked).map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++)
    for (const [name, each] of Object.entries(asked) as [Name, Asked][]) {
      const { perSecond } = await load({ ...each, connections: 8, until: sampleMs })
      if (round > 0) rates[name].push(perSecond)
    }
  return rates
}

export async function pageOf({ port, path, bodies }: Asked, body = bodies[0] as string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })).text()
}
