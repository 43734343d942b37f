/** An access token. `expires_at` is in milliseconds since 1970. */
export type Token = { readonly access_token: string; readonly expires_at: number }

/**
 * A cache for access tokens. WeCom issues one token per app and blocks callers that fetch tokens too often, so processes should share a
 * cache: a file (`rollcall/client/node`), Redis, or the storage of an edge platform. The key identifies the app and contains no secret.
 */
export type TokenCache = {
  readonly get: (key: string) => Promise<Token | undefined> | Token | undefined
  readonly set: (key: string, token: Token) => Promise<void> | void
}

/** Returns a token cache in the memory of this process. Several clients may share one. */
export function memoryTokens(): TokenCache {
  const tokensByKey = new Map<string, Token>()
  return { get: (key) => tokensByKey.get(key), set: (key, token) => void tokensByKey.set(key, token) }
}

/** A token that expires within this time is not used any more, so that it does not expire during a call. */
const expiryMarginMs = 60_000
/** A refused secret is not sent again for this long: WeCom blocks an IP address after many wrong secrets. */
const refusalMs = 10_000

/**
 * Returns a function that yields a valid token of one app. Its argument is a token that the server has refused, if any: that token is not
 * returned again. However many callers wait at the same time, one fetch is made for all of them.
 * Throws what `fetchToken` throws; after a refused secret, throws the same error for 10 s without fetching.
 *
 * @param key yields the cache key of the app
 * @param fetchToken fetches a new token from the server
 */
export function tokenSource(cache: TokenCache, key: () => Promise<string>, fetchToken: () => Promise<Token>) {
  let pending: Promise<string> | undefined
  let refusal: { error: unknown; until: number } | undefined

  async function cachedOrFetched(refusedToken: string | undefined): Promise<string> {
    const cacheKey = await key()
    const cached = await cache.get(cacheKey)
    // The cached token may be newer than the refused one: another process or client may have renewed it.
    if (cached && cached.access_token !== refusedToken && cached.expires_at - expiryMarginMs > Date.now()) return cached.access_token
    if (refusal && refusal.until > Date.now()) throw refusal.error
    try {
      const token = await fetchToken()
      refusal = undefined
      await cache.set(cacheKey, token)
      return token.access_token
    } catch (error) {
      if (isSecretRefused(error)) refusal = { error, until: Date.now() + refusalMs }
      throw error
    }
  }

  const joinPending = (refusedToken: string | undefined) => {
    pending ??= cachedOrFetched(refusedToken).finally(() => {
      pending = undefined
    })
    return pending
  }

  return async (refusedToken?: string): Promise<string> => {
    const token = await joinPending(refusedToken)
    // A caller that did not know of the refusal may have started the pending work and taken the refused token from the cache: ask once more.
    return token === refusedToken ? joinPending(refusedToken) : token
  }
}

const isSecretRefused = (error: unknown) =>
  error instanceof Error && [40001, 40013, 40091].includes((error as { errcode?: number }).errcode ?? 0)
