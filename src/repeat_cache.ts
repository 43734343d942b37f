import { LRUCache } from 'lru-cache'

/**
 * A cache of what is made from one version of the data. A value is cached when it is made for the second time from a version: most values
 * are asked for once.
 *
 * @param mostBytes of values
 * @param mostKeys cached, or remembered as made once
 * @param bytesOf a value
 */
export function repeatCache<Value extends object>(mostBytes: number, mostKeys: number, bytesOf: (value: Value) => number) {
  const cache = new LRUCache<string, { version: number | string; value: Value | undefined }>({
    max: mostKeys,
    maxSize: mostBytes,
    sizeCalculation: ({ value }) => (value ? bytesOf(value) : 0) + 1,
  })
  return {
    get(key: string, version: number | string): Value | undefined {
      const cached = cache.get(key)
      return cached?.version === version ? cached.value : undefined
    },
    set(key: string, version: number | string, value: Value): void {
      const isSecondTime = cache.peek(key)?.version === version
      cache.set(key, { version, value: isSecondTime ? value : undefined })
    },
  }
}
