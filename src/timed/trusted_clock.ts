/** A difference between clock and stopwatch that is taken for a leap: far beyond what a clock that is set right by NTP is off. */
const leapMs = 3_600_000
/** Milliseconds after a leap at which the other clock is asked, repeated at this interval while it disagrees or does not answer. */
const opinionMs = 60_000

export type ClockSources = {
  /** unix milliseconds of this machine's clock; default `Date.now` */
  readonly wallMs?: () => number
  /** milliseconds that only ever run on; default `performance.now` */
  readonly steadyMs?: () => number
  /** unix seconds of another clock, such as the database's; undefined where there is none. A rejection is no answer: it is asked again */
  readonly otherClock: () => Promise<number | undefined>
  /** told of each leap, in seconds, and of what the second opinion was */
  readonly report: (leap: { seconds: number; outcome: 'waiting' | 'believed' | 'not believed' }) => void
}

/**
 * A clock for the server: a clock that is wrong by a month for a minute would end every running living for good. So after a leap of more than
 * an hour, forward or back, time goes on as before by the stopwatch. After a minute the new time is believed if the other clock is within
 * an hour of it, or where there is none.
 *
 * @returns unix seconds
 */
export function trustedClock({ wallMs = Date.now, steadyMs = () => performance.now(), otherClock, report }: ClockSources): () => number {
  /** trusted unix milliseconds minus `steadyMs()` */
  let offset = wallMs() - steadyMs()
  let leap: { offset: number; askAt: number } | undefined

  async function ask(asked: { offset: number; askAt: number }): Promise<void> {
    asked.askAt = Infinity
    const other = await otherClock().catch(() => 'no answer' as const)
    const isBelieved = other === undefined || (other !== 'no answer' && Math.abs(other * 1000 - steadyMs() - asked.offset) <= leapMs)
    report({ seconds: Math.round((asked.offset - offset) / 1000), outcome: isBelieved ? 'believed' : 'not believed' })
    asked.askAt = steadyMs() + opinionMs
    if (!isBelieved || leap !== asked) return
    offset = asked.offset
    leap = undefined
  }

  return () => {
    const wall = wallMs()
    const steady = steadyMs()
    const current = wall - steady
    if (Math.abs(current - offset) <= leapMs) {
      offset = current
      leap = undefined
      return Math.floor(wall / 1000)
    }
    if (!leap || Math.abs(current - leap.offset) > leapMs) {
      leap = { offset: current, askAt: steady + opinionMs }
      report({ seconds: Math.round((current - offset) / 1000), outcome: 'waiting' })
    }
    if (steady >= leap.askAt) void ask(leap)
    return Math.floor((steady + offset) / 1000)
  }
}
