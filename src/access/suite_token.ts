import { type Db, retryOnConflict } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { must } from '../store/sql.ts'
import { WireError } from '../wire/errcode.ts'
import { newSecret, openKey } from './apps.ts'
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

/** A suite whose token a provider's call carries. The calls follow WeCom pages 97162, 90603, 100776 and 90605; tokens are made and stored as an app's are. */
export type Suite = { suite_no: number; suite_id: string; kind: string }

const tokenLabel = 'suite_access_token'

/** `service/get_suite_token`. Throws 41021, 41023, 41024 for a missing field, 40080, 40083, 40085 for a wrong one. */
export async function issueSuiteToken(
  db: Db,
  secrets: Secrets,
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
    if (!key || !isTicket(openKey(secrets, ticketKey, key.value), suite_id, suite_ticket, now)) throw new WireError('bad_suite_ticket')
    const left = leftOf(suite, now)
    if (left !== undefined)
      return { suite_access_token: makeToken(suite_secret, tokenLabel, [suite.suite_no], suite.token_issued_at), expires_in: left }
    const suite_access_token = makeToken(suite_secret, tokenLabel, [suite.suite_no], now)
    await db.batch([must(setSuiteToken(suite, sha256(suite_access_token), now))])
    return { suite_access_token, expires_in: tokenLife }
  })
}

/** The suite a token belongs to. Throws 41022 without a token, 40082 for a wrong one, 42009 for an expired one. */
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

/** Redeems an auth_code, which is possible once: the permanent code made for it is the app's secret from then on. Throws 41008, 40058 or 40078. */
async function redeem(db: Db, suite: Suite, auth_code: string | undefined, now: number) {
  if (!auth_code) throw new WireError('auth_code_missing')
  if (auth_code.length < 64) throw new WireError('bad_request', 'auth_code: expected 64-512 bytes')
  const appNumbers = readAuthCode(auth_code)
  if (!appNumbers) throw new WireError('bad_auth_code')
  const permanent_code = newSecret()
  return retryOnConflict(async () => {
    const [app] = await db.all<AppRow & { corp_name: string }>(appByNumber(appNumbers.corp_no, appNumbers.agentid))
    if (!app || app.suite_no !== suite.suite_no || !same(sha256(auth_code), app.auth_code_hash) || (app.auth_code_until ?? 0) <= now)
      throw new WireError('bad_auth_code', 'auth_code: unknown, redeemed before, expired, or of another suite')
    await db.batch([must(redeemCode(app, sha256(permanent_code)))])
    return { app, permanent_code, auth_corp_info: { corpid: app.corpid, corp_name: app.corp_name } }
  })
}

/** `service/v2/get_permanent_code`. Throws as `redeem` does. */
export async function permanentCodeV2(db: Db, suite: Suite, auth_code: string | undefined, now: number) {
  const { permanent_code, auth_corp_info } = await redeem(db, suite, auth_code, now)
  return { permanent_code, auth_corp_info }
}

/** `service/get_permanent_code`: with the app, and a third-party app's first token. Throws as `redeem` does. */
export async function permanentCode(db: Db, suite: Suite, auth_code: string | undefined, now: number, demo: boolean) {
  const { app, permanent_code, auth_corp_info } = await redeem(db, suite, auth_code, now)
  const is_customized_app = app.kind === 'delegated'
  const token = is_customized_app ? {} : await issueToken(db, { corpid: app.corpid, corpsecret: permanent_code }, now, demo)
  const agent = { agentid: app.agentid, name: app.name, auth_mode: 0, is_customized_app }
  return { ...token, permanent_code, auth_corp_info, auth_info: { agent: [agent] } }
}

/** `service/get_corp_token`: a token for the school's app of this suite. Throws 41002, 41025, 40013, or 40084 for a code of another suite or school. */
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
