import { createHmac, randomBytes } from 'node:crypto'
import { type Db, retryOnConflict } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { must } from '../store/sql.ts'
import { corpOf, newSecret, pickAgentid, readGrants, sharedKey } from './apps.ts'
import type { Kind } from './grants.ts'
import { type AppRow, appsOf, highestSuite, insertSuite, insertSuiteApp, type SuiteRow, setAuthCode, suiteById } from './store.ts'
import { sha256 } from './token.ts'

/**
 * A suite is an app as its provider makes it, before a school authorizes it: a third-party app, or the template of delegated apps. What
 * provider and administrator do on WeCom's web pages is done by command here.
 */
const suiteKinds: readonly Kind[] = ['third-party', 'delegated']

/** Seconds an auth_code is valid, as WeCom's are. */
const authCodeSeconds = 600

/** Adds a suite, and answers its secret, which cannot be read again. */
export async function addSuite(db: Db, asked: { suite_id: string; kind: string; name?: string; grants?: string }, now: number) {
  const { suite_id } = asked
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(suite_id))
    throw new Error(`suite_id: expected 1-64 of A-Z a-z 0-9 _ -, got ${JSON.stringify(suite_id)}`)
  const kind = asked.kind as Kind
  if (!suiteKinds.includes(kind)) throw new Error(`--kind: expected ${suiteKinds.join(' or ')}, got ${JSON.stringify(asked.kind)}`)
  const grants = readGrants(kind, asked.grants ?? '').join(',')
  const suite_secret = newSecret()
  await retryOnConflict(async () => {
    const [known] = await db.all<SuiteRow>(suiteById(suite_id))
    if (known) throw new Error(`suite ${suite_id} exists already`)
    const [{ suite_no } = { suite_no: 0 }] = await db.all<{ suite_no: number }>(highestSuite())
    const row = { suite_no: suite_no + 1, suite_id, kind, name: asked.name || suite_id, grants, secret_hash: sha256(suite_secret), now }
    await db.batch([insertSuite(row)])
  })
  return { suite_id, suite_secret }
}

/** The setting that holds the key of all tickets. Tickets are computed from it and the time, and not stored. */
export const ticketKey = 'suite_ticket_key'
const ticketSeconds = 600
const ticketsValid = 3

/** The ticket of a period: `period` is unix seconds divided by `ticketSeconds`. */
const ticketOf = (key: Buffer, suite_id: string, period: number) =>
  createHmac('sha256', key).update(`suite_ticket/${suite_id}/${period}`).digest('base64url')

/** The current ticket of a suite. There is a new one every 10 minutes, and each is valid for 30 (WeCom page 90628). */
export async function currentTicket(db: Db, secrets: Secrets, suite_id: string, now: number) {
  await suiteOf(db, suite_id)
  return { suite_id, suite_ticket: ticketOf(await sharedKey(db, secrets, ticketKey), suite_id, Math.floor(now / ticketSeconds)) }
}

/** Whether a ticket is valid. The next one is too: the command that printed it may run on a machine whose clock is fast. */
export function isTicket(key: Buffer, suite_id: string, ticket: string, now: number): boolean {
  const period = Math.floor(now / ticketSeconds)
  return Array.from({ length: ticketsValid + 1 }, (_, ago) => ticketOf(key, suite_id, period + 1 - ago)).includes(ticket)
}

/**
 * Authorizes a suite for a school, as an administrator does in WeCom by scanning a QR code: makes the school's app of this suite, with the
 * suite's grants, and answers an auth_code for which the provider gets the permanent code. Done again, the same app gets another code;
 * redeeming it revokes the permanent code before.
 */
export async function authorizeSuite(db: Db, asked: { suite_id: string; corpid: string; agentid?: number }, now: number) {
  const suite = await suiteOf(db, asked.suite_id)
  const corp = await corpOf(db, asked.corpid)
  return retryOnConflict(async () => {
    const apps = await db.all<AppRow>(appsOf(corp.corp_no))
    const taken = apps.find((app) => app.suite_no === suite.suite_no)
    if (taken && asked.agentid !== undefined && asked.agentid !== taken.agentid)
      throw new Error(`--agentid: ${corp.corpid} has suite ${suite.suite_id} already, as app ${taken.agentid}`)
    const agentid = taken?.agentid ?? pickAgentid(corp.corpid, apps, asked.agentid)
    const auth_code = makeAuthCode(corp.corp_no, agentid)
    await db.batch([
      ...(taken ? [] : [insertSuiteApp(corp.corp_no, agentid, suite, now)]),
      must(setAuthCode(corp.corp_no, agentid, sha256(auth_code), now + authCodeSeconds)),
    ])
    return { corpid: corp.corpid, agentid, auth_code, expires_in: authCodeSeconds }
  })
}

/** An auth_code, 64 characters: 4 bytes of corp_no, 4 of agentid, 40 random ones. Only its hash is stored. */
function makeAuthCode(corp_no: number, agentid: number): string {
  const bytes = randomBytes(48)
  bytes.writeUInt32BE(corp_no, 0)
  bytes.writeUInt32BE(agentid, 4)
  return bytes.toString('base64url')
}

/** The app that an auth_code is for; undefined where the text is no auth_code. */
export function readAuthCode(code: string): { corp_no: number; agentid: number } | undefined {
  const bytes = Buffer.from(code, 'base64url')
  if (bytes.length !== 48 || bytes.toString('base64url') !== code) return undefined
  return { corp_no: bytes.readUInt32BE(0), agentid: bytes.readUInt32BE(4) }
}

async function suiteOf(db: Db, suite_id: string): Promise<SuiteRow> {
  const [suite] = await db.all<SuiteRow>(suiteById(suite_id))
  if (!suite) throw new Error(`no suite ${JSON.stringify(suite_id)}: add it with "rollcall suite add ${suite_id} --kind third-party"`)
  return suite
}
