import { nfkc } from '../roster/nfkc.ts'

/** A date and time as it is written. `first` and `second` are day and month in the order written, where the file does not say which is which. */
export type MomentParts = {
  readonly year: number
  readonly first: number
  readonly second: number
  /** `md`: month before day, `dm`: day before month; undefined where either may be meant */
  readonly order: 'md' | 'dm' | undefined
  /** seconds since midnight */
  readonly time: number
  /** seconds east of UTC, where the text says so */
  readonly offset: number | undefined
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthOf = (name: string) => months.indexOf(name.slice(0, 3).toLowerCase()) + 1

/**
 * Parses a date and time as meeting products and spreadsheets write them: `2026-11-26T18:00:00+08:00`, `2026/11/26 18:00`, 2026年11月26日 下午6:00,
 * `11/26/26, 6:00:12 PM`, `26.11.2026 18:00` and `Nov 26, 2026 6:00 PM`. Returns undefined for any other text.
 */
export function parseMoment(text: string): MomentParts | undefined {
  const plain = nfkc(text.slice(0, 64)).replaceAll(/\s+/g, ' ').trim()
  const date = dateOf(plain)
  if (!date) return undefined
  const time = timeOf(plain.slice(date.length).replace(/^[T ,]+/, ''))
  return time && { year: date.year, first: date.first, second: date.second, order: date.order, ...time }
}

function dateOf(text: string) {
  let match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\(?星期.\)?|\(?周.\)?)?/.exec(text)
  if (match)
    return { length: match[0].length, year: Number(match[1]), first: Number(match[2]), second: Number(match[3]), order: 'md' as const }
  match = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/.exec(text)
  if (match) {
    const year = Number(match[4]) + (match[4]?.length === 2 ? 2000 : 0)
    const order = match[2] === '.' ? ('dm' as const) : undefined
    return { length: match[0].length, year, first: Number(match[1]), second: Number(match[3]), order }
  }
  match = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})/.exec(text)
  if (match && monthOf(match[1] as string))
    return {
      length: match[0].length,
      year: Number(match[3]),
      first: monthOf(match[1] as string),
      second: Number(match[2]),
      order: 'md' as const,
    }
  match = /^(\d{1,2}) ([A-Za-z]{3,9})\.? (\d{4})/.exec(text)
  if (match && monthOf(match[2] as string))
    return {
      length: match[0].length,
      year: Number(match[3]),
      first: Number(match[1]),
      second: monthOf(match[2] as string),
      order: 'dm' as const,
    }
  return undefined
}

const timePattern =
  /^(上午|下午|凌晨|早上|中午|晚上|[AP]M)? ?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d{1,9})?)?[分秒]? ?(上午|下午|[AP]M)?(?: ?(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?))?$/i

function timeOf(text: string): Pick<MomentParts, 'time' | 'offset'> | undefined {
  const match = timePattern.exec(text)
  if (!match) return undefined
  const [, before = '', hourText, minuteText, secondText = '0', behind = '', zone = ''] = match
  const half = (before || behind).toUpperCase()
  const [hour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText)]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const isAfternoon = ['PM', '下午', '晚上'].includes(half) || (half === '中午' && hour < 6)
  const isMorning = ['AM', '上午', '凌晨', '早上'].includes(half)
  const hours = isAfternoon && hour < 12 ? hour + 12 : isMorning && hour === 12 ? 0 : hour
  return { time: hours * 3600 + minute * 60 + second, offset: offsetOf(zone.toUpperCase()) }
}

/** Seconds east of UTC of `Z`, `+08:00` or `GMT+8`. */
function offsetOf(zone: string): number | undefined {
  if (zone === '') return undefined
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}
