/**
 * Long work on the serving thread goes on piece by piece: of all that waits for its turn, one piece goes on each time the event loop
 * comes round, so that a page waits for one piece and not for all. A commit answers eight reports at once, and then eight more come
 * at once: without turns a page waited for all of them, 90 ms.
 */
const waiting: (() => void)[] = []

export const itsTurn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(next)
  })

function next(): void {
  waiting.shift()?.()
  if (waiting.length) setImmediate(next)
}

/** What is looked up for many goes in pieces of some 2 ms. Each waits for its turn, but for the one piece of a small list. */
export async function* inTurns<T>(all: readonly T[], atOnce = 250): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < all.length; from += atOnce) {
    if (all.length > atOnce) await itsTurn()
    yield all.slice(from, from + atOnce)
  }
}
