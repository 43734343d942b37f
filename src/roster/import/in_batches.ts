import { setImmediate } from 'node:timers/promises'

/** Lets the event loop serve others. Resolves on its next round. */
export const nextEventLoopRound = (): Promise<void> => setImmediate()

/** Yields a list in slices of `size`, and lets the event loop serve others after each slice. */
export async function* inBatches<T>(list: readonly T[], size: number): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) {
    yield list.slice(from, from + size)
    await nextEventLoopRound()
  }
}
