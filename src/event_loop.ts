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
