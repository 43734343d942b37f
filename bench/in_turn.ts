import type { Bench } from './bench.ts'
import type { Load } from './load.ts'

/** A server, and the requests to send to it. */
export type Asked = Pick<Load, 'port' | 'path' | 'bodies' | 'method' | 'plain'>

/**
 * Measures several servers in turn within each round, so that other work on the machine affects all of them. Returns the requests
 * per second of each round, by name. A first round, which is not counted, warms the servers up.
 */
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

/** The body of one answer, as text. */
export async function pageOf({ port, path, bodies }: Asked, body = bodies[0] as string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body })).text()
}
