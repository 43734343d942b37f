import { nfkc } from '../roster/nfkc.ts'

const worded =
  /^(?:(\d{1,4}) ?(?:小时|时|hours?|hrs?|h))? ?(?:(\d{1,5}) ?(?:分钟|分|minutes?|mins?|m))? ?(?:(\d{1,6}) ?(?:秒钟|秒|seconds?|secs?|s))?$/

/**
 * Parses a length of time: `1h 2m 3s`, 1小时2分3秒, `62 min`, `1:02:03`, `47:03` (minutes and seconds), or a number in the unit that the header names.
 *
 * @param unit seconds of that unit; undefined where the header names none
 * @returns seconds; undefined for any other text
 */
export function parseDuration(text: string, unit: number | undefined): number | undefined {
  const plain = nfkc(text.slice(0, 64)).toLowerCase().replaceAll(/\s+/g, ' ').trim()
  if (plain === '') return undefined
  if (/^\d{1,7}(?:\.\d{1,9})?$/.test(plain)) return unit === undefined ? undefined : Math.round(Number(plain) * unit)
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/.exec(plain)
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  const words = worded.exec(plain)
  return words ? Number(words[1] ?? 0) * 3600 + Number(words[2] ?? 0) * 60 + Number(words[3] ?? 0) : undefined
}
