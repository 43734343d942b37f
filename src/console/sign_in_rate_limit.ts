import { LRUCache } from 'lru-cache'

/**
 * The rate limit of failed sign-ins in one process: 10 for a name from one address, then one every 30 s; and 100 for an address, then one
 * every 3 s, since a whole school may come through one proxy. An attempt is taken before the password is checked, and given back when the
 * password was right.
 */
export function signInRateLimit() {
  const attemptsOfName = tokenBuckets(10, 30)
  const attemptsOfAddress = tokenBuckets(100, 3)
  const keyOf = (address: string, name: string) => `${address} ${name.toLowerCase()}`
  return {
    /** Takes an attempt; false if none is left. `nowSeconds` is of a monotonic clock. */
    take: (address: string, name: string, nowSeconds: number): boolean => {
      const isNameWithinLimit = attemptsOfName.take(keyOf(address, name), nowSeconds)
      return attemptsOfAddress.take(address, nowSeconds) && isNameWithinLimit
    },
    giveBack: (address: string, name: string): void => {
      attemptsOfName.giveBack(keyOf(address, name))
      attemptsOfAddress.giveBack(address)
    },
  }
}

/**
 * A token bucket for each key. A bucket begins full; an evicted bucket is full again.
 *
 * @param capacity tokens of a full bucket
 * @param refillSeconds seconds after which one token comes back
 * @param mostBuckets the least recently used are evicted
 */
function tokenBuckets(capacity: number, refillSeconds: number, mostBuckets = 10_000) {
  const buckets = new LRUCache<string, { tokens: number; filledAt: number }>({ max: mostBuckets })
  return {
    take(key: string, nowSeconds: number): boolean {
      const { tokens, filledAt } = buckets.get(key) ?? { tokens: capacity, filledAt: nowSeconds }
      const available = Math.min(capacity, tokens + (nowSeconds - filledAt) / refillSeconds)
      buckets.set(key, { tokens: Math.max(0, available - 1), filledAt: nowSeconds })
      return available >= 1
    },
    giveBack(key: string): void {
      const bucket = buckets.get(key)
      if (bucket) bucket.tokens = Math.min(capacity, bucket.tokens + 1)
    },
  }
}
