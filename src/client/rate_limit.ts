/** The maximum number of calls of one interface. Calls beyond the limit are delayed, not refused. */
export type Limit = { readonly perMinute: number; readonly perHour: number }

/**
 * Half of WeCom's rate limit for one interface of a corp (WeCom page 90454: 10,000 calls per minute and 150,000 per hour).
 * The other half remains for the corp's other programs, because WeCom counts the calls of all of them together.
 */
export const halfTheLimit: Limit = { perMinute: 5000, perHour: 75_000 }

/**
 * Returns a function that takes the name of an interface, reserves the next slot and returns how many milliseconds to wait before calling.
 *
 * Half of the calls of a minute (or hour) may go out in a burst, and the other half is spread evenly over it. Therefore no period of
 * 60 s and no period of one hour exceeds the limit, wherever the period begins. The state is one number per interface and window.
 */
export function rateLimiter({ perMinute, perHour }: Limit): (name: string) => number {
  const windows = [paceOf(60_000, perMinute), paceOf(3_600_000, perHour)]
  const nextSlotsByName = new Map<string, number[]>()
  return (name) => {
    const now = Date.now()
    const nextSlots = nextSlotsByName.get(name) ?? windows.map(() => 0)
    const startMs = Math.max(now, ...windows.map(({ burstMs }, index) => (nextSlots[index] ?? 0) - burstMs))
    nextSlotsByName.set(
      name,
      windows.map(({ intervalMs }, index) => Math.max(nextSlots[index] ?? 0, startMs) + intervalMs),
    )
    return startMs - now
  }
}

/** `intervalMs` is the time between two evenly spread calls. `burstMs` is how far ahead of that schedule a call may go out. */
function paceOf(windowMs: number, maxCalls: number) {
  const burst = Math.max(1, Math.floor(maxCalls / 2))
  const intervalMs = windowMs / Math.max(1, maxCalls - burst)
  return { intervalMs, burstMs: intervalMs * (burst - 1) }
}
