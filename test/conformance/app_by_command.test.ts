import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { addApp, addCorp, changeGrants, disableApp, rotateSecret } from '../../src/access/apps.ts'
import { rootParty } from '../../src/roster/party.ts'
import { onBoth, sqlite } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { send, tokenOf } from '../http/raw.ts'
import { makeSchool, type School } from '../world.ts'

/** What an administrator changes by command takes effect on every running server within a second. */

/** The errcode of a department list that is asked for with this token. */
const list = async (base: string, token: string) =>
  (await send(base, `/cgi-bin/school/department/list?access_token=${token}`, { method: 'GET' })).answer.errcode
/** Repeats `ask` until it gives the expected errcode four times in a row (behind a proxy, from every server). Fails after a second. */
async function withinASecond(expected: number, ask: () => Promise<number>) {
  const latest = performance.now() + 1000
  let errcode = await ask()
  for (let running = 1; running < 4; running++) {
    if (errcode !== expected) {
      if (performance.now() > latest) break
      await pass(20)
      running = 0
    }
    errcode = await ask()
  }
  assert.equal(errcode, expected)
}
const gettoken = async ({ base, corpid }: School, secret: string) =>
  (await send(base, `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`, { method: 'GET' })).answer.errcode

test('the tokens of a disabled app are refused within a second, also after it is enabled again', async () => {
  await using school = await makeSchool(sqlite)
  const { corpid, agentid, secret } = school.app
  const token = await tokenOf(school.base, school.app)
  assert.equal(await list(school.base, token), 0)
  await disableApp(school.db, corpid, agentid, true)
  await withinASecond(40014, () => list(school.base, token))
  assert.equal(await gettoken(school, secret), 40001)
  school.clock.now += 1
  await disableApp(school.db, corpid, agentid, false)
  await withinASecond(0, () => gettoken(school, secret))
  assert.equal(await list(school.base, token), 40014)
  assert.equal(await list(school.base, await tokenOf(school.base, school.app)), 0)
})

test('enabling an app that is already enabled revokes no token', async () => {
  await using school = await makeSchool(sqlite)
  const token = await tokenOf(school.base, school.app)
  school.clock.now += 60
  await disableApp(school.db, school.corpid, school.app.agentid, false)
  assert.equal(await tokenOf(school.base, school.app), token)
})

onBoth('an old secret and its tokens are refused within a second after rotation, on every server', async (database) => {
  await using school = await makeSchool(database)
  await using other = await anotherServer(school)
  const { corpid, agentid, secret } = school.app
  const token = await tokenOf(school.base, school.app)
  assert.equal(await list(other.base, token), 0)
  const rotated = await rotateSecret(school.db, corpid, agentid)
  await withinASecond(40014, () => list(school.base, token))
  await withinASecond(40014, () => list(other.base, token))
  assert.equal(await gettoken(school, secret), 40001)
  assert.equal(await list(other.base, await tokenOf(school.base, rotated)), 0)
})

test('a grant that is given or revoked takes effect within a second, for existing tokens too', async () => {
  await using school = await makeSchool(sqlite)
  const app = await school.makeApp('self-built', [])
  const token = await tokenOf(school.base, app)
  assert.equal(await list(school.base, token), 48002)
  await changeGrants(school.db, app.corpid, app.agentid, 'grant', 'contacts_read,living_api')
  await withinASecond(0, () => list(school.base, token))
  await changeGrants(school.db, app.corpid, app.agentid, 'revoke', 'contacts_read')
  await withinASecond(48002, () => list(school.base, token))
})

test('only a server started with --demo accepts apps of the demo school', async () => {
  await using school = await makeSchool(sqlite)
  await using demoServer = await anotherServer(school, { demo: true })
  const corpid = 'wwdemolike'
  await addCorp(school.db, { corpid, demo: true }, school.clock.now, (no, name) => [rootParty(no, name)])
  const app = await addApp(school.db, { corpid, kind: 'self-built', grants: 'contacts_read' }, school.clock.now)
  assert.equal(await gettoken({ ...school, corpid }, app.secret), 40013)
  const token = await tokenOf(demoServer.base, app)
  assert.equal(await list(demoServer.base, token), 0)
  assert.equal(await list(school.base, token), 40014)
})
