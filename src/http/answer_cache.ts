import { repeatCache } from '../repeat_cache.ts'
import type { Db } from '../store/db.ts'
import type { Incoming } from './checks.ts'
import type { Answer } from './envelope.ts'

/** Characters of the longest URL, and bytes of the longest body, whose answer is cached: both are parts of the key. */
const longestUrl = 1000
const longestBody = 1000
const mostBytes = 32 * 2 ** 20
const mostAnswers = 10_000

/** The input is noted among the app's latest calls, so it is cached with the answer. */
type CachedAnswer = { readonly input: object | undefined; readonly sent: Answer }

/**
 * Caches the successful answers of reading calls of apps, by the bytes of the request. An answer is valid as long as the second is the same and
 * no process has committed anything. So the database must know its version: on PostgreSQL nothing is cached here.
 *
 * @param make checks the body of a call and makes its answer
 * @returns a function that answers a call whose head has been checked and whose body has come. It throws what `make` throws.
 */
export function answerCache<Name>(db: Db, make: (name: Name, incoming: Incoming) => Promise<Answer>) {
  const cache = repeatCache<CachedAnswer>(mostBytes, mostAnswers, ({ sent }) => sent.body.length)
  return async (name: Name, incoming: Incoming, url: string): Promise<Answer> => {
    const { call, app, body, now } = incoming
    const isCacheable = call.effect === 'read' && app && url.length <= longestUrl && Buffer.isBuffer(body) && body.length <= longestBody
    // read before the answer is made: what is committed meanwhile makes it invalid
    const commits = isCacheable ? db.version() : undefined
    if (!isCacheable || commits === undefined) return make(name, incoming)
    const version = `${commits} ${now}`
    // latin1 keeps bytes apart that are no UTF-8
    const key = `${url}\n${body.toString('latin1')}`
    const cached = cache.get(key, version)
    if (cached) {
      if (cached.input) incoming.input = cached.input
      return cached.sent
    }
    const sent = await make(name, incoming)
    if (sent.errcode === 0) cache.set(key, version, { input: incoming.input, sent })
    return sent
  }
}
