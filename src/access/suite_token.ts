import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { WireError } from '../wire/errcode.ts'
import { newSecret } from './apps.ts'
import {
  type AppRow,
  appByNumber,
  appBySecret,
  corpById,
  redeemCode,
  type SuiteRow,
  setSuiteToken,
  settingValue,
  suiteById,
  suiteByNumber,
} from './store.ts'
import { isTicket, readAuthCode, ticketKey } from './suites.ts'
import { issueToken, leftOf, makeToken, same, sha256, tokenLife } from './token.ts'

/** The calls of a provider, pages 97162, 90603, 100776, 90605. A suite's token is made and kept as an app's is. */
export type Suite = { suite_no: number; suite_id: string; kind: string }

const label = 'suite_access_token'

export async function issueSuiteToken(
  db: Db,
  { suite_id, suite_secret, suite_ticket }: { suite_id?: string; suite_secret?: string; suite_ticket?: string },
  now: number,
) {
  if (!suite_id) throw new WireError('suite_id_missing')
  if (!suite_secret) throw new WireError('suite_secret_missing')
  if (!suite_ticket) throw new WireError('suite_ticket_missing')
  return retryOnConflict(async () => {
    const [suite] = await db.all<SuiteRow>(suiteById(suite_id))
    if (!suite) throw new WireError('bad_suite_id')
    if (!same(sha256(suite_secret), suite.secret_hash)) throw new WireError('bad_suite_secret')
    const [key] = await db.all<{ value: string }>(settingValue(ticketKey))
    if (!key || !isTicket(Buffer.from(key.value, 'base64url'), suite_id, suite_ticket, now)) throw new WireError('bad_suite_ticket')
    const left = leftOf(suite, now)
    if (left !== undefined)
      return { suite_access_token: makeToken(suite_secret, label, [suite.suite_no], suite.token_issued_at), expires_in: left }
    const suite_access_token = makeToken(suite_secret, label, [suite.suite_no], now)
    await db.batch([must(setSuiteToken(suite, sha256(suite_access_token), now))])
    return { suite_access_token, expires_in: tokenLife }
  })
}

/** The suite a token belongs to, or 41022, 40082, 42009. */
export async function readSuiteToken(db: Db, token: string | undefined, now: number): Promise<Suite> {
  if (!token) throw new WireError('suite_token_missing')
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 42 || bytes.toString('base64url') !== token) throw new WireError('bad_suite_token')
  const [suite] = await db.all<SuiteRow>(suiteByNumber(bytes.readUInt32BE(0)))
  if (!suite) throw new WireError('bad_suite_token')
  if (bytes.readUIntBE(4, 6) + tokenLife <= now) throw new WireError('suite_token_expired')
  const hash = sha256(token)
  if (!same(hash, suite.token_hash) && !same(hash, suite.old_token_hash)) throw new WireError('bad_suite_token')
  return suite
}

/** A code is good once: the permanent code made for it is the app's secret from then on. */
async function redeem(db: Db, suite: Suite, auth_code: string | undefined, now: number) {
  if (!auth_code) throw new WireError('auth_code_missing')
  if (auth_code.length < 64) throw new WireError('bad_request', 'auth_code: expected 64-512 bytes')
  const named = readAuthCode(auth_code)
  if (!named) throw new WireError('bad_auth_code')
  const permanent_code = newSecret()
  return retryOnConflict(async () => {
    const [app] = await db.all<AppRow & { corp_name: string }>(appByNumber(named.corp_no, named.agentid))
    if (!app || app.suite_no !== suite.suite_no || !same(sha256(auth_code), app.auth_code_hash) || (app.auth_code_until ?? 0) <= now)
      throw new WireError('bad_auth_code', 'auth_code: unknown, redeemed before, expired, or of another suite')
    await db.batch([must(redeemCode(app, sha256(permanent_code)))])
    return { app, permanent_code, auth_corp_info: { corpid: app.corpid, corp_name: app.corp_name } }
  })
}

export async function permanentCodeV2(db: Db, suite: Suite, auth_code: string | undefined, now: number) {
  const { permanent_code, auth_corp_info } = await redeem(db, suite, auth_code, now)
  return { permanent_code, auth_corp_info }
}

export async function permanentCode(db: Db, suite: Suite, auth_code: string | undefined, now: number, demo: boolean) {
  const { app, permanent_code, auth_corp_info } = await redeem(db, suite, auth_code, now)
  const is_customized_app = app.kind === 'delegated'
  const token = is_customized_app ? {} : await issueToken(db, { corpid: app.corpid, corpsecret: permanent_code }, now, demo)
  const agent = { agentid: app.agentid, name: app.name, auth_mode: 0, is_customized_app }
  return { ...token, permanent_code, auth_corp_info, auth_info: { agent: [agent] } }
}

/** A permanent code is good for its own suite and school alone. */
export async function issueCorpToken(
  db: Db,
  suite: Suite,
  { auth_corpid, permanent_code }: { auth_corpid?: string; permanent_code?: string },
  now: number,
  demo: boolean,
) {
  if (!auth_corpid) throw new WireError('corpid_missing', 'auth_corpid: expected the school that gave the permanent code')
  if (!permanent_code) throw new WireError('permanent_code_missing')
  const [corp] = await db.all(corpById(auth_corpid))
  if (!corp) throw new WireError('bad_corpid')
  const [app] = await db.all<AppRow>(appBySecret(auth_corpid, sha256(permanent_code)))
  if (!app || app.disabled || app.suite_no !== suite.suite_no) throw new WireError('bad_permanent_code')
  return issueToken(db, { corpid: auth_corpid, corpsecret: permanent_code }, now, demo)
}
