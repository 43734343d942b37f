/** A seeded random generator (mulberry32): the same seed gives the same requests. */
export type Random = ReturnType<typeof seeded>

/** @param seed a whole number from 0 to 2^32 - 1 */
export function seeded(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  return { below, pick, chance: (probability: number) => next() < probability }
}

/** Values that have broken servers: ends of ranges, NUL, halves of characters, escapes of other languages, names of prototypes. */
export const nastyValues: readonly unknown[] = [
  null, true, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, '', ' ', '0', '-1', 'NaN', '1e999', '\0', 'a\0b', '\ud800', '\u202e', '\u001b[2J', '\r\nx: y',
  '%', '%00', '%zz', '../..', '//', '__proto__', 'constructor', '<script>', "';--", '{{x}}', '点名', '𝌆', 'x'.repeat(65), 'x'.repeat(5000), '.'.repeat(3000),
  [], [[]], {}, { a: {} }, [null], Array.from({ length: 200 }, () => 'x'), '9'.repeat(40),
] // biome-ignore format: one line each would be forty lines

/** Changes bytes of a text: flips, deletes, doubles and inserts. */
export function damaged(random: Random, text: string | Buffer): Buffer {
  let bytes = Buffer.from(text)
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(bytes.length + 1)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    const kind = random.below(4)
    if (kind === 0) bytes = Buffer.concat([head, Buffer.from([random.below(256)]), tail.subarray(1)])
    else if (kind === 1) bytes = Buffer.concat([head, tail.subarray(random.below(8))])
    else if (kind === 2) bytes = Buffer.concat([head, tail.subarray(0, 40), tail])
    else bytes = Buffer.concat([head, Buffer.from(String(random.pick(nastyValues))), tail])
  }
  return bytes
}

/** A JSON value with some of its parts replaced by nasty ones, left out, or doubled. */
export function mutated(random: Random, value: unknown): unknown {
  if (random.chance(0.12)) return random.pick(nastyValues)
  if (Array.isArray(value)) return value.flatMap((each) => (random.chance(0.1) ? [] : [mutated(random, each)]))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, each]) => (random.chance(0.08) ? [] : [[name, mutated(random, each)] as const]))
  if (random.chance(0.05)) entries.push([String(random.pick(nastyValues)), random.pick(nastyValues)])
  return Object.fromEntries(entries)
}
