import type { Bench } from '../bench.ts'
import { absolute, type Figure, ratios } from '../figures.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, type School, viewerCount } from '../school.ts'
import { pageBodies, pagePath } from './pages.ts'

/**
 * The time of a page must depend neither on how many viewers have watched nor on the length of the register. One connection, so that
 * no page waits for another.
 */
export async function flat({ folder, url, load, rounds, sampleMs }: Bench): Promise<Figure[]> {
  const small = await makeSchool(url, 'wwsmall', 3334)
  const large = await makeSchool(url, 'wwlarge', 333_334)
  const livings = {
    'of 10,000': await living(url, small),
    'of 1,000,000': await living(url, large),
    '99 % watched': await living(url, large, (no) => no % 100 !== 7),
  }
  const ours = await startRollcall(folder, url)
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(livings).map((name) => [name, []]))
  const first: Record<string, number[]> = {}
  const ask = async (
    name: string,
    { school, livingid }: { school: School; livingid: string },
    bodies: number,
    until: 'each once' | number,
  ) => {
    const path = `${pagePath}?${await tokenOf(ours.port, school)}`
    // where 99 % have watched, a page of 1,000 extends over 100,000 viewers
    const reach = name.startsWith('99') ? 110_000 : 1100
    const places = pageBodies(school, livingid, bodies, 0, viewerCount(school) - reach)
    return (await load({ port: ours.port, path, bodies: places, connections: 1, until })).p50
  }
  for (const [name, one] of Object.entries(livings)) first[name] = [await ask(name, one, 9, 'each once')]
  for (const one of Object.entries(livings)) await ask(...one, 4000, 'each once')
  for (let round = 0; round < rounds; round++)
    for (const [name, one] of Object.entries(livings)) times[name]?.push(await ask(name, one, 20_000, sampleMs / 2))
  await ours.stop()
  const of = (name: keyof typeof livings) => times[name] as number[]
  return [
    {
      name: 'page time, 99 % watched against nobody, 1,000,000 lines',
      of: '×',
      rounds: ratios(of('99 % watched'), of('of 1,000,000')),
      goal: { atMost: 1.2 },
      absolute: absolute('ms', { '99 %': of('99 % watched'), nobody: of('of 1,000,000') }),
    },
    {
      name: 'page time, 1,000,000 lines against 10,000, nobody watched',
      of: '×',
      rounds: ratios(of('of 1,000,000'), of('of 10,000')),
      goal: { atMost: 1.3 },
      absolute: absolute('ms', { '1,000,000': of('of 1,000,000'), '10,000': of('of 10,000') }),
    },
    {
      name: 'first pages of a server just started, 1,000,000 lines',
      of: 'ms',
      rounds: first['of 1,000,000'] as number[],
      absolute: absolute('ms', first),
    },
  ]
}

const living = async (url: string, school: School, watched?: (no: number) => boolean) => ({
  school,
  livingid: await makeLiving(url, school, watched),
})
