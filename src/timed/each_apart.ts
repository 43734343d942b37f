/** Told of work on one item that failed. */
export type Failed = (error: unknown) => void

/** Works on items one after the other. One that fails is reported, and does not keep the others waiting. */
export async function eachApart<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>, failed: Failed): Promise<void> {
  for (const item of items)
    try {
      await work(item)
    } catch (error) {
      failed(error)
    }
}
