import { createHmac, randomBytes } from 'node:crypto'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { corpOf, newSecret, pickAgentid, readGrants, sharedKey } from './apps.ts'
import type { Kind } from './grants.ts'
import { type AppRow, appsOf, highestSuite, insertSuite, insertSuiteApp, type SuiteRow, setAuthCode, suiteById } from './store.ts'
import { sha256 } from './token.ts'

/**
 * A suite is an app as its provider makes it, before any school takes it: a third-party app, or the template of delegated ones.
 * What provider and administrator do in WeCom's web pages is done by command here.
 */
const suiteKinds: readonly Kind[] = ['third-party', 'delegated']

/** Seconds an auth_code waits to be redeemed, as WeCom's. */
const authCodeLife = 600

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

/** The key tickets are made with; nothing of a ticket is stored. */
export const ticketKey = 'suite_ticket_key'
const ticketEvery = 600
const ticketsGood = 3

const ticketOf = (key: Buffer, suite_id: string, turn: number) =>
  createHmac('sha256', key).update(`suite_ticket/${suite_id}/${turn}`).digest('base64url')

/** The ticket of now: another every 10 minutes, each good for 30 (page 90628). */
export async function currentTicket(db: Db, suite_id: string, now: number) {
  await suiteOf(db, suite_id)
  return { suite_id, suite_ticket: ticketOf(await sharedKey(db, ticketKey), suite_id, Math.floor(now / ticketEvery)) }
}

/** One turn ahead is good too: the command may run on a machine whose clock is a little fast. */
export function isTicket(key: Buffer, suite_id: string, ticket: string, now: number): boolean {
  const turn = Math.floor(now / ticketEvery)
  return Array.from({ length: ticketsGood + 1 }, (_, ago) => ticketOf(key, suite_id, turn + 1 - ago)).includes(ticket)
}

/**
 * What an administrator's scan does: the school's app of this suite, with the suite's grants, and a code with which the provider
 * fetches its permanent code. Scanned again, the same app gets another code; the permanent code of before dies when it is redeemed.
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
      must(setAuthCode(corp.corp_no, agentid, sha256(auth_code), now + authCodeLife)),
    ])
    return { corpid: corp.corpid, agentid, auth_code, expires_in: authCodeLife }
  })
}

/** 64 characters: 4 bytes corp, 4 agentid, 40 random. Only its hash is stored. */
function makeAuthCode(corp_no: number, agentid: number): string {
  const bytes = randomBytes(48)
  bytes.writeUInt32BE(corp_no, 0)
  bytes.writeUInt32BE(agentid, 4)
  return bytes.toString('base64url')
}

/** Which app an auth_code is for; undefined where it is none. */
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
