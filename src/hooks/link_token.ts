import { decodeJwt, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Db } from '../store/db.ts'
import { type LinkTarget, linkTarget } from './store_links.ts'

/**
 * The token of a link: a JWT (HS256) of three numbers, corp, living and viewer, and an expiry. It is signed with a key of its living.
 * Whoever holds the link watches as that viewer.
 */
type Claims = { c: number; l: number; v: number; iat: number }

/** A link that is valid: the living and the viewer it names. */
export type Linked = LinkTarget & { corp_no: number; living_no: number; viewer_no: number }

/** Signs a link. `now` is unix seconds, `ttlSeconds` how long it is valid. */
export const makeLink = (
  signing_key: string,
  living: { corp_no: number; living_no: number },
  viewer_no: number,
  now: number,
  ttlSeconds: number,
) =>
  new SignJWT({ c: living.corp_no, l: living.living_no, v: viewer_no })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(Buffer.from(signing_key, 'base64url'))

export type LinkReader = ReturnType<typeof linkReader>

/**
 * Reads links for one process. Verified signatures are cached, since a player sends the same link with a heartbeat every 15 s.
 *
 * @param mostLinks in the cache: 100,000 take some 30 MB
 */
export function linkReader(mostLinks = 100_000) {
  const verified = new LRUCache<string, { signing_key: string; expiresAt: number }>({ max: mostLinks })

  /** Whether the signature is the key's and the link has not expired. Throws a JOSEError where it is not so. */
  async function isSigned(link: string, signing_key: string, now: number): Promise<boolean> {
    const cached = verified.get(link)
    if (cached?.signing_key === signing_key) return cached.expiresAt > now
    const { payload } = await jwtVerify(link, Buffer.from(signing_key, 'base64url'), {
      algorithms: ['HS256'],
      currentDate: new Date(now * 1000),
    })
    verified.set(link, { signing_key, expiresAt: payload.exp ?? 0 })
    return true
  }

  /** The living and the viewer of a link; undefined where it is damaged, expired, revoked, or signed with a key that was replaced. */
  return async (db: Db, link: string, now: number): Promise<Linked | undefined> => {
    try {
      const { c, l, v, iat } = decodeJwt(link) as Claims
      if (![c, l, v, iat].every(Number.isSafeInteger)) return undefined
      const [target] = await db.all<LinkTarget>(linkTarget(c, l, v))
      if (!target) return undefined
      if (!(await isSigned(link, target.signing_key, now))) return undefined
      return iat < target.ended_at ? undefined : { ...target, corp_no: c, living_no: l, viewer_no: v }
    } catch (error) {
      // jose throws a JOSEError for every way in which a link can be wrong; a database that fails is no wrong link
      if ((error as { code?: string }).code?.startsWith('ERR_JW') || error instanceof TypeError) return undefined
      throw error
    }
  }
}
