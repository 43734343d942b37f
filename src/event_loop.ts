/**
 * The rounds of the event loop. The system call that waits for network traffic reports all requests of a round at once. So whatever is read
 * after the first of them has arrived, and before the round ends, is as new as any request of the round can ask for.
 *
 * Where more than 1,024 sockets are ready at once, libuv asks the system once more before the event loop comes round. Then its count of events
 * has grown, and another round begins. To read it takes 0.1 µs.
 */
let round = 0
let isInRound = false
let eventsSeen = -1

/** To be called when a request arrives. `isPipelined`: its bytes may have come later than those that the round began with. */
export function noteArrival(isPipelined: boolean): void {
  const { events } = performance.nodeTiming.uvMetricsInfo
  if (isInRound && !isPipelined && events === eventsSeen) return
  eventsSeen = events
  round++
  if (!isInRound) setImmediate(endRound)
  isInRound = true
}

function endRound(): void {
  isInRound = false
}

/** The number of the round in which requests arrive just now; undefined between rounds. */
export const currentRound = (): number | undefined => (isInRound ? round : undefined)

/**
 * Fair scheduling of long work on the serving thread. Work is cut into pieces of some 2 ms; each time the event loop comes round, one
 * piece of all that wait goes on, so that a short call waits for one piece and not for all. Without this a page waited 90 ms for the eight
 * presence reports that one commit lets go on at once.
 */
const waiting: (() => void)[] = []

/** Resolves when it is this piece's turn: first come, first served, one each time the event loop comes round. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(runOne)
  })

function runOne(): void {
  waiting.shift()?.()
  if (waiting.length) setImmediate(runOne)
}

/** Yields a list in pieces of `atOnce` items, each in its turn. A list of one piece does not wait. */
export async function* inTurns<T>(items: readonly T[], atOnce = 250): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += atOnce) {
    if (items.length > atOnce) await nextTurn()
    yield items.slice(from, from + atOnce)
  }
}
