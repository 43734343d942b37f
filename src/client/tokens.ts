/** An access token and when it ends, in milliseconds since 1970. */
export type Token = { readonly access_token: string; readonly expires_at: number }

/**
 * Where tokens are kept. WeCom gives one token per app and blocks who asks too often, so that processes do well to share it:
 * in a file (`rollcall/client/node`), in Redis, or in what an edge platform has. The key names the app and contains no secret.
 */
export type TokenCache = {
  readonly get: (key: string) => Promise<Token | undefined> | Token | undefined
  readonly set: (key: string, token: Token) => Promise<void> | void
}

/** For one process; several clients may share it. */
export function memoryTokens(): TokenCache {
  const kept = new Map<string, Token>()
  return { get: (key) => kept.get(key), set: (key, token) => void kept.set(key, token) }
}

/** A token with less left is not used any more: a call takes its time. */
const margin = 60_000
/** A refused secret is not tried again for so long: WeCom blocks an address after many wrong ones. */
const pause = 10_000

/** The tokens of one app: one renewal for however many callers find the token dead. `fetchToken` asks the server. */
export function tokenSource(cache: TokenCache, key: () => Promise<string>, fetchToken: () => Promise<Token>) {
  let asking: Promise<string> | undefined
  let refused: { error: unknown; until: number } | undefined

  async function ask(dead: string | undefined): Promise<string> {
    const place = await key()
    const kept = await cache.get(place)
    // somebody else may have renewed it meanwhile, here or in another process
    if (kept && kept.access_token !== dead && kept.expires_at - margin > Date.now()) return kept.access_token
    if (refused && refused.until > Date.now()) throw refused.error
    try {
      const token = await fetchToken()
      refused = undefined
      await cache.set(place, token)
      return token.access_token
    } catch (error) {
      if (isFinal(error)) refused = { error, until: Date.now() + pause }
      throw error
    }
  }

  const join = (dead: string | undefined) => {
    asking ??= ask(dead).finally(() => {
      asking = undefined
    })
    return asking
  }

  /** A token that lives. One already being asked for may be the dead one out of the cache: then once more. */
  return async (dead?: string): Promise<string> => {
    const token = await join(dead)
    return token === dead ? join(dead) : token
  }
}

const isFinal = (error: unknown) => error instanceof Error && [40001, 40013, 40091].includes((error as { errcode?: number }).errcode ?? 0)
