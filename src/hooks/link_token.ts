import { decodeJwt, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
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

/** Characters of a link at most. A link of today has 170. */
const mostCharacters = 500

/**
 * Reads links for one process. Verified signatures are cached, since a player sends the same link with a heartbeat every 15 s.
 *
 * @param mostLinks in the cache: 100,000 take some 30 MB
 */
export function linkReader(secrets: Secrets, mostLinks = 100_000) {
  /** by link: the encrypted signing key with which it was verified, and until when it is valid (unix seconds) */
  const verified = new LRUCache<string, { sealedKey: string; expiresAt: number }>({ maxSize: mostLinks, sizeCalculation: () => 1 })

  /** Whether the living's key signed the link, and it has not expired. Throws where the key cannot be decrypted. */
  async function isSigned(link: string, { c, l }: Claims, sealedKey: string, now: number): Promise<boolean> {
    const cached = verified.get(link)
    if (cached?.sealedKey === sealedKey) return cached.expiresAt > now
    const key = Buffer.from(secrets.open(sealedKey, 'living_link.signing_key', c, l), 'base64url')
    try {
      const { payload } = await jwtVerify(link, key, { algorithms: ['HS256'], currentDate: new Date(now * 1000) })
      verified.set(link, { sealedKey, expiresAt: payload.exp ?? 0 })
      return true
    } catch {
      // everything that is wrong with a link makes jose throw: a JOSEError, or a TypeError for a header of another type
      return false
    }
  }

  /**
   * The living and the viewer of a link; undefined where it is damaged, expired, revoked, signed with a key that was replaced or by another
   * algorithm. Throws what the database throws.
   */
  return async (db: Db, link: string, now: number): Promise<Linked | undefined> => {
    const claims = claimsOf(link)
    if (!claims) return undefined
    const { c, l, v, iat } = claims
    const [target] = await db.all<LinkTarget>(linkTarget(c, l, v))
    if (!target || iat < target.ended_at || !(await isSigned(link, claims, target.signing_key, now))) return undefined
    return { ...target, corp_no: c, living_no: l, viewer_no: v }
  }
}

/** The claims of a link, whose signature is not checked yet; undefined where the text is no link. */
function claimsOf(link: string): Claims | undefined {
  if (link.length > mostCharacters) return undefined
  try {
    const claims = decodeJwt(link) as Claims
    return [claims.c, claims.l, claims.v, claims.iat].every(Number.isSafeInteger) ? claims : undefined
  } catch {
    return undefined
  }
}
