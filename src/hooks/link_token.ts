import { decodeJwt, jwtVerify, SignJWT } from 'jose'
import type { Db } from '../store/db.ts'
import { type LinkTarget, linkTarget } from './store.ts'

/** A link is a signed word (JWT, HS256) of three numbers and an expiry: corp, living, viewer. Who holds it watches as that viewer. */
type Says = { c: number; l: number; v: number; iat: number }
export type Linked = LinkTarget & { corp_no: number; living_no: number; viewer_no: number }

export const makeLink = (
  signing_key: string,
  of: { corp_no: number; living_no: number },
  viewer_no: number,
  now: number,
  expires_in: number,
) =>
  new SignJWT({ c: of.corp_no, l: of.living_no, v: viewer_no })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(now)
    .setExpirationTime(now + expires_in)
    .sign(Buffer.from(signing_key, 'base64url'))

/** Links whose signature was checked, with the key it was checked with: a heartbeat comes every 15 s, and the sum stays the same. */
const checked = new Map<string, { signing_key: string; exp: number }>()

async function isSigned(link: string, signing_key: string, now: number): Promise<boolean> {
  const before = checked.get(link)
  if (before?.signing_key === signing_key) return before.exp > now
  const { payload } = await jwtVerify(link, Buffer.from(signing_key, 'base64url'), {
    algorithms: ['HS256'],
    currentDate: new Date(now * 1000),
  })
  // some 30 MB
  if (checked.size >= 100_000) checked.clear()
  checked.set(link, { signing_key, exp: payload.exp ?? 0 })
  return true
}

/** Whom a link is of; nobody, where it is damaged, expired, ended, or signed with a key that is no more. */
export async function readLink(db: Db, link: string, now: number): Promise<Linked | undefined> {
  try {
    const { c, l, v, iat } = decodeJwt(link) as Says
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
