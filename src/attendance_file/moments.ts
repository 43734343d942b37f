import { inTurns } from '../event_loop.ts'
import { FileError } from '../sheets/file_error.ts'
import { type MomentParts, parseMoment } from './moment_parts.ts'

/** Reads the moments of one file. Returns unix seconds, or undefined where a text is no date and time. */
export type MomentReader = (text: string) => number | undefined
export type DateOrder = 'dmy' | 'mdy'

/** How far from the living a date may be, where the living decides which reading of the dates is meant: a day and a half. */
const nearSeconds = 36 * 3600

/** Day and month cannot be told apart: the user is to say the order. */
export class DateOrderError extends FileError {
  override name = 'DateOrderError'
}

type Asked = {
  /** IANA name: of times that are written without a zone */
  readonly timeZone: string
  /** the order of day and month in ambiguous dates such as 03/04/2026, if the user has given it */
  readonly dateOrder?: DateOrder | undefined
  /** unix seconds: when the living is held, where it is known */
  readonly near?: number | undefined
}

/**
 * Returns a reader for the moments of one file. Whether 03/04/2026 is in March or in April is decided over the whole file: by a date such as
 * 26/11/2026 that can be read in one way only, else by the day of the living, to which one reading must come near and the other must not.
 *
 * @param texts all moments of the file, each with the header of its column
 * @throws FileError, which names the column, where both readings are possible, or neither
 */
export async function momentReader(texts: readonly (readonly [text: string, header: string])[], asked: Asked): Promise<MomentReader> {
  const toUnix = unixSecondsIn(asked.timeZone)
  const partsByText = new Map<string, MomentParts>()
  let sample: { text: string; header: string } | undefined
  const isPossible = { md: true, dm: true }
  for await (const some of inTurns(texts))
    for (const [text, header] of some) {
      const parts = partsByText.has(text) ? undefined : parseMoment(text)
      if (!parts) continue
      partsByText.set(text, parts)
      if (parts.order) continue
      if (parts.first > 12) isPossible.md = false
      if (parts.second > 12) isPossible.dm = false
      if (parts.first !== parts.second) sample ??= { text, header }
    }
  const reading = (parts: MomentParts, order: 'md' | 'dm') => toUnix(parts, parts.order ?? order)
  const order = sample ? decided(sample) : 'md'
  return (text) => {
    if (/^\d{10}$/.test(text)) return Number(text)
    if (/^\d{13}$/.test(text)) return Math.floor(Number(text) / 1000)
    const parts = partsByText.get(text) ?? parseMoment(text)
    return parts && reading(parts, order)
  }

  function decided({ text, header }: { text: string; header: string }): 'md' | 'dm' {
    if (asked.dateOrder) return asked.dateOrder === 'dmy' ? 'dm' : 'md'
    if (isPossible.md !== isPossible.dm) return isPossible.md ? 'md' : 'dm'
    const { near } = asked
    if (near !== undefined && isPossible.md) {
      const isNear = (order: 'md' | 'dm') =>
        [...partsByText.values()].every((parts) => Math.abs((reading(parts, order) ?? 0) - near) < nearSeconds)
      if (isNear('md') !== isNear('dm')) return isNear('md') ? 'md' : 'dm'
    }
    throw new (isPossible.md ? DateOrderError : FileError)(
      isPossible.md
        ? `column ${header}: ${text} may be day/month or month/day, and no date of the file tells: say the order, dmy or mdy`
        : `column ${header}: some dates are day/month and others month/day: expected one order in the file`,
      isPossible.md
        ? `“${header}”列：${text} 可能是日/月，也可能是月/日，文件里没有能区分的日期：请指定顺序 dmy 或 mdy`
        : `“${header}”列：有的日期是日/月，有的是月/日，应该只有一种顺序`,
    )
  }
}

/** Returns a function from a written moment to unix seconds; undefined where there is no such date. */
function unixSecondsIn(timeZone: string) {
  const offsetAt = offsetsOf(timeZone)
  return ({ year, first, second, time, offset }: MomentParts, order: 'md' | 'dm'): number | undefined => {
    const [month, day] = order === 'md' ? [first, second] : [second, first]
    const midnight = new Date(Date.UTC(year, month - 1, day))
    if (month < 1 || midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined
    const asUtc = midnight.getTime() / 1000 + time
    if (offset !== undefined) return asUtc - offset
    const guess = asUtc - offsetAt(asUtc)
    return asUtc - offsetAt(guess)
  }
}

/** Returns a function from a moment to the UTC offset of a time zone, in seconds. Offsets are cached by the hour, since `Intl` takes 2 µs. */
function offsetsOf(timeZone: string) {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', ...parts })
  const byHour = new Map<number, number>()
  return (at: number): number => {
    const hour = Math.floor(at / 3600)
    const known = byHour.get(hour)
    if (known !== undefined) return known
    const shown = Date.parse(`${format.format(hour * 3_600_000).replace(' ', 'T')}Z`) / 1000
    byHour.set(hour, shown - hour * 3600)
    return shown - hour * 3600
  }
}
