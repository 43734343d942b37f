import type { Lang } from './texts/say.ts'

export type Times = ReturnType<typeof timesIn>

const daySeconds = 86_400

/**
 * Formats dates and times in the school's time zone, not in the server's or the browser's. Every function takes unix seconds, but
 * `startOf` a date such as 2026-11-22, and `length` a number of seconds.
 *
 * @param timeZone IANA name
 */
export function timesIn(timeZone: string, lang: Lang) {
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB'
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })
    return (at: number) => formatter.format(at * 1000)
  }
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const dateKey = (at: number) => parts.format(at * 1000)
  return {
    /** the date as 2026-11-22 */
    dateKey,
    date: format({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }),
    shortDate: format({ month: 'numeric', day: 'numeric' }),
    clock: format({ hour: '2-digit', minute: '2-digit' }),
    exact: format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    moment: format({ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' }),
    /** the first second of the date that `at` falls on, in unix seconds */
    dayStart: (at: number) => startOf(dateKey(at), dateKey),
    /** the first second of the date after the one that `at` falls on, in unix seconds */
    nextDayStart: (at: number) => startOf(dateAfter(dateKey(at)), dateKey),
    /** the first second of a date, in unix seconds */
    startOf: (key: string) => startOf(key, dateKey),
    length: (seconds: number) => lengthOf(seconds, lang),
  }
}

/** No time zone is further than this from UTC. */
const mostOffsetSeconds = 16 * 3600

/**
 * The first second of a date, in unix seconds, found by a binary search in 17 steps of 1 µs. Some dates have no midnight: in Santiago
 * and Havana the clocks go from 24:00 to 01:00 in spring, and the date begins at 01:00.
 *
 * @param key a date such as 2026-11-22
 * @param dateKey returns the date of unix seconds in the time zone
 */
function startOf(key: string, dateKey: (at: number) => string): number {
  const utcMidnight = Date.parse(`${key}T00:00:00Z`) / 1000
  let [before, from] = [utcMidnight - mostOffsetSeconds, utcMidnight + mostOffsetSeconds]
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2)
    if (dateKey(middle) < key) before = middle
    else from = middle
  }
  return from
}

/** The date after a date in the calendar: 2026-12-01 after 2026-11-30. */
const dateAfter = (key: string) => new Date(Date.parse(`${key}T00:00:00Z`) + daySeconds * 1000).toISOString().slice(0, 10)

function lengthOf(seconds: number, lang: Lang): string {
  if (seconds < 60) return lang === 'zh' ? `${seconds} 秒` : `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return lang === 'zh' ? `${minutes} 分钟` : `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return lang === 'zh' ? `${hours} 小时 ${rest} 分` : `${hours} h ${rest} min`
}

/** The school term of a date such as 2026-11-22. Autumn lasts from August to January, spring from February to July. */
export function termOf(dateKey: string) {
  const [year, month] = dateKey.split('-').map(Number) as [number, number]
  const isAutumn = month >= 8 || month === 1
  const beginYear = month === 1 ? year - 1 : year
  return isAutumn ? { season: 'autumn' as const, year: beginYear } : { season: 'spring' as const, year }
}
export type Term = ReturnType<typeof termOf>

/** The first day of a term, and the first day after it. */
export const termDates = ({ season, year }: Term): [string, string] =>
  season === 'autumn' ? [`${year}-08-01`, `${year + 1}-02-01`] : [`${year}-02-01`, `${year}-08-01`]

export const termBefore = ({ season, year }: Term): Term =>
  season === 'spring' ? { season: 'autumn', year: year - 1 } : { season: 'spring', year }
export const termAfter = ({ season, year }: Term): Term =>
  season === 'autumn' ? { season: 'spring', year: year + 1 } : { season: 'autumn', year }
