/** China has one time zone and no summer time: 保利威's months begin at midnight there. */
const chinaOffsetMs = 8 * 3_600_000

/** Splits a time, in unix milliseconds, at the beginnings of months in China: 保利威 answers no request that spans two months. */
export function monthsBetween(from: number, to: number): [from: number, to: number][] {
  const ranges: [number, number][] = []
  for (let start = from; start <= to; ) {
    const local = new Date(start + chinaOffsetMs)
    const next = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1) - chinaOffsetMs
    ranges.push([start, Math.min(to, next - 1)])
    start = next
  }
  return ranges
}
