import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { addApp, addCorp, corpOf } from '../../src/access/apps.ts'
import { grantsOf } from '../../src/access/grants.ts'
import { createClient } from '../../src/client/client.ts'
import { addAccount } from '../../src/console/accounts.ts'
import { csrfTokenOf } from '../../src/console/csrf.ts'
import { openSession } from '../../src/console/session.ts'
import { adapters, addHook } from '../../src/hooks/hook.ts'
import { makeServer } from '../../src/http/server.ts'
import { rootParty } from '../../src/roster/party.ts'
import { serving } from '../../src/serving.ts'
import { openDb } from '../../src/store/open.ts'
import { openSecrets } from '../../src/store/seal_all.ts'
import { meetingSecrets } from '../../test/hooks/meetings/signed.ts'

/** The process that is attacked: a server with one school. Its parent asks it for credentials and for its memory, over IPC. */
export type Credentials = {
  readonly base: string
  readonly livingid: string
  readonly partyId: number
  readonly token: string
  readonly cookie: string
  readonly csrf: string
  readonly links: readonly string[]
  /** path and query of a hook of each kind */
  readonly hooks: Readonly<Record<string, string>>
}

const now = () => Math.floor(Date.now() / 1000)
const tell = (message: object) => void process.send?.(message)
const [, , url = '', folder = ''] = process.argv
const db = await openDb(url)
const secrets = await openSecrets(db, url, join(folder, 'rollcall.key'))
const corpid = 'wwfuzz'
await addCorp(db, { corpid, legacy: false }, now(), (no, name) => [rootParty(no, name)])
const { corp_no } = await corpOf(db, corpid)
const app = await addApp(db, { corpid, kind: 'self-built', grants: grantsOf['self-built'].join(',') }, now())

const server = makeServer({
  ...(await serving(db, secrets, { demo: false, pageSize: 100, endGrace: 1800 })),
  // a fault of the server is logged at level error or above
  logger: pino({ level: 'error' }, { write: (line) => tell({ fault: line }) }),
  clock: now,
})
await server.listen({ host: '127.0.0.1', port: 0 })
const base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
const client = createClient({ base, corpid, corpsecret: app.secret })

const { id: grade } = await client.departmentCreate({ name: '三年级', parentid: 1, type: 2 })
const { id: partyId } = await client.departmentCreate({ name: '三年级1班', parentid: grade, type: 1 })
for (const [index, userid] of ['li', 'wu', 'chen'].entries()) {
  await client.createStudent({ student_userid: userid, name: userid, department: [partyId] })
  const children = [{ student_userid: userid, relation: '妈妈' }]
  await client.createParent({ parent_userid: `${userid}_mum`, mobile: `1390000000${index}`, children })
}

/** A new living, account and session each time: a request of the attack may have ended or closed the ones before. */
async function credentials(): Promise<Credentials> {
  const lesson = { anchor_userid: 'wang', theme: '公开课', living_start: now(), living_duration: 3600 }
  const { livingid } = await client.livingCreate({ ...lesson, living_range: { partyids: [partyId] } })
  await client.ours.start({ livingid, at: now() })
  const { links } = await client.ours.links({ livingid })
  const name = `head${Math.random().toString(36).slice(2)}`
  const { account_no } = await addAccount(db, corp_no, { name, role: 'administrator', password: 'correct horse battery' }, now())
  const session = await openSession(db, { corp_no, account_no }, now())
  const hooks: Record<string, string> = {}
  for (const kind of Object.keys(adapters)) {
    const { url } = await addHook(
      db,
      secrets,
      { corp_no, agentid: app.agentid, kind, base, secret: meetingSecrets[kind] ?? 'key:secret' },
      now(),
    )
    hooks[kind] = new URL(url).pathname + new URL(url).search
  }
  const issued = await fetch(`${base}/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${app.secret}`)
  const { access_token } = (await issued.json()) as { access_token: string }
  return {
    base, livingid, partyId, token: access_token, hooks,
    cookie: `rollcall_session=${session}`,
    csrf: csrfTokenOf(session),
    links: links.map(({ link }) => link),
  } // biome-ignore format: shorthand
}

process.on('message', async (asked: 'credentials' | 'memory') => {
  if (asked === 'credentials') return tell({ credentials: await credentials() })
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { heapUsed, external } = process.memoryUsage()
  tell({ memory: heapUsed + external })
})
tell({ ready: true })
