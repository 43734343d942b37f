import { LRUCache } from 'lru-cache'

/**
 * Finished bodies of pages, valid for one version of their register, which every call reads. A body is cached when it is made for the
 * second time, since most pages are asked for once.
 *
 * @param mostBytes of bodies
 * @param mostPages cached or remembered as made once
 */
export function pageCache(mostBytes = 32 * 2 ** 20, mostPages = 10_000) {
  const cache = new LRUCache<string, { version: number; body: Buffer | undefined }>({
    max: mostPages,
    maxSize: mostBytes,
    sizeCalculation: ({ body }) => (body?.length ?? 0) + 1,
  })
  return {
    get(key: string, version: number): Buffer | undefined {
      const cached = cache.get(key)
      return cached?.version === version ? cached.body : undefined
    },
    set(key: string, version: number, body: Buffer): void {
      const isSecondTime = cache.peek(key)?.version === version
      cache.set(key, { version, body: isSecondTime ? body : undefined })
    },
  }
}
