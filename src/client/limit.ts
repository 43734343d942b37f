/** How many calls of one interface go out at most; those over it wait their turn. */
export type Limit = { readonly perMinute: number; readonly perHour: number }

/** Half of what a corp has for one interface (page 90454: 10,000 a minute, 150,000 an hour): its other programs call too. */
export const halfTheLimit: Limit = { perMinute: 5000, perHour: 75_000 }

/**
 * Milliseconds the next call of an interface has to wait; its place is taken by asking. Half of a window's calls may go at once and the
 * other half spread over it, so that no minute and no hour has more, wherever it begins, and one number a window is all that is kept.
 */
export function pacer({ perMinute, perHour }: Limit): (name: string) => number {
  const windows = [paceOf(60_000, perMinute), paceOf(3_600_000, perHour)]
  const free = new Map<string, number[]>()
  return (name) => {
    const now = Date.now()
    const before = free.get(name) ?? windows.map(() => 0)
    const at = Math.max(now, ...windows.map(({ ahead }, index) => (before[index] ?? 0) - ahead))
    free.set(
      name,
      windows.map(({ step }, index) => Math.max(before[index] ?? 0, at) + step),
    )
    return at - now
  }
}

/** One call each `step`, and as many before their time as fit into `ahead`. */
function paceOf(span: number, most: number) {
  const atOnce = Math.max(1, Math.floor(most / 2))
  const step = span / Math.max(1, most - atOnce)
  return { step, ahead: step * (atOnce - 1) }
}
