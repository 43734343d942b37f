import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currentTicket } from '../../src/access/suites.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { send } from '../http/raw.ts'
import { refused } from '../refused.ts'
import { makeSuite } from '../suites.ts'
import { makeSchool } from '../world.ts'

onBoth("a suite's token is valid for 7200 seconds, and a new one is given only within the last 300", async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school)
  const first = await school.client.getSuiteToken(await suite.credentials())
  assert.deepEqual(Object.keys(first), ['suite_access_token', 'expires_in', 'errcode', 'errmsg']) // the client adds errcode and errmsg
  assert.equal(first.errcode, 0)
  assert.equal(first.expires_in, 7200)
  assert.ok(first.suite_access_token.length <= 512)
  school.clock.now += 6900
  assert.deepEqual(await school.client.getSuiteToken(await suite.credentials()), { ...first, expires_in: 300 })
  school.clock.now += 1
  const renewed = await school.client.getSuiteToken(await suite.credentials())
  assert.notEqual(renewed.suite_access_token, first.suite_access_token)
  assert.equal(renewed.expires_in, 7200)
  const corp_token = (suite_access_token: string) =>
    school.client.getCorpToken({ auth_corpid: school.corpid, permanent_code: 'x' }, { suite_access_token })
  await refused(corp_token(first.suite_access_token), 40084)
  await refused(corp_token(renewed.suite_access_token), 40084)
  school.clock.now += 299
  await refused(corp_token(first.suite_access_token), 42009)
})

onBoth("a suite's token is the same on every server of a database, and valid on all of them", async (database) => {
  await using school = await makeSchool(database)
  await using other = await anotherServer(school)
  const suite = await makeSuite(school)
  const token = await suite.token()
  const { answer } = await send(other.base, '/cgi-bin/service/get_suite_token', { body: JSON.stringify(await suite.credentials()) })
  assert.equal((answer as unknown as { suite_access_token: string }).suite_access_token, token)
  const asked = await send(other.base, `/cgi-bin/service/get_corp_token?suite_access_token=${token}`, { body: '{}' })
  assert.equal(asked.answer.errcode, 41002)
})

onBoth('no secret, ticket, token or code of a suite is in the database in clear text', async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school)
  const token = await suite.token()
  const { auth_code } = await suite.scan()
  const { permanent_code } = await suite.redeem(auth_code)
  const kept = JSON.stringify([
    await school.db.all(sql`select * from suite`),
    await school.db.all(sql`select * from app`),
    await school.db.all(sql`select * from setting`),
  ])
  for (const clear of [suite.suite_secret, await suite.ticket(), token, auth_code, permanent_code]) assert.ok(!kept.includes(clear))
})

onBoth('the tokens of a suite and of a school are answered without errcode and errmsg, and their errors with both', async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school)
  const asked = (call: string, body: object) => send(school.base, `/cgi-bin/service/${call}`, { body: JSON.stringify(body) })
  const { text, headers } = await asked('get_suite_token', await suite.credentials())
  assert.deepEqual(Object.keys(JSON.parse(text)), ['suite_access_token', 'expires_in'])
  assert.deepEqual([headers['error-code'], headers['error-msg']], ['0', 'ok'])
  const { permanent_code } = await suite.redeem((await suite.scan()).auth_code)
  const corpToken = `get_corp_token?suite_access_token=${await suite.token()}`
  const given = await asked(corpToken, { auth_corpid: school.corpid, permanent_code })
  assert.deepEqual(Object.keys(JSON.parse(given.text)), ['access_token', 'expires_in'])
  for (const [call, errcode] of [['get_suite_token', 41021], [corpToken, 41002]] as const) // biome-ignore format: laid out as a table
    assert.equal((await asked(call, {})).answer.errcode, errcode)
})

test('a suite_ticket changes every 10 minutes and is valid for 30', async () => {
  await using school = await makeSchool(sqlite)
  school.clock.now -= school.clock.now % 600
  const suite = await makeSuite(school)
  const { suite_id, suite_secret } = suite
  const suite_ticket = await suite.ticket()
  school.clock.now += 599
  assert.equal(await suite.ticket(), suite_ticket)
  school.clock.now += 1
  assert.notEqual(await suite.ticket(), suite_ticket)
  school.clock.now += 1199
  assert.equal((await school.client.getSuiteToken({ suite_id, suite_secret, suite_ticket })).errcode, 0)
  school.clock.now += 1
  await refused(school.client.getSuiteToken({ suite_id, suite_secret, suite_ticket }), 40085)
})

test('each missing or wrong credential of a suite has an errcode of its own', async () => {
  await using school = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const other = await makeSuite(school)
  const good = await suite.credentials()
  const { client } = school
  await refused(client.getSuiteToken({}), 41021)
  await refused(client.getSuiteToken({ suite_id: good.suite_id }), 41024)
  await refused(client.getSuiteToken({ ...good, suite_ticket: '' }), 41023)
  await refused(client.getSuiteToken({ ...good, suite_id: 'wwnobody' }), 40083)
  await refused(client.getSuiteToken({ ...good, suite_secret: other.suite_secret }), 40080)
  await refused(client.getSuiteToken({ ...good, suite_ticket: await other.ticket() }), 40085)
  await refused(client.getSuiteToken({ ...good, suite_ticket: 'ticket' }), 40085)
})

test('a call of a provider accepts only a suite_access_token', async () => {
  await using school = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const token = await suite.token()
  const { client } = school
  const call = (options: object) => client.getCorpToken({ auth_corpid: school.corpid, permanent_code: 'x' }, options)
  await refused(call({}), 41022)
  await refused(call({ suite_access_token: '' }), 41022)
  const { access_token } = await client.gettoken({ corpid: school.corpid, corpsecret: school.app.secret })
  for (const suite_access_token of ['x', access_token, `${token}A`, Buffer.alloc(42, 0xff).toString('base64url')])
    await refused(call({ suite_access_token }), 40082)
  const list = await send(school.base, `/cgi-bin/school/department/list?access_token=${token}`, { method: 'GET' })
  assert.equal(list.answer.errcode, 40014)
})

test('asking for the ticket of an unknown suite fails with an error that says what to do', async () => {
  await using school = await makeSchool(sqlite)
  await assert.rejects(
    currentTicket(school.db, school.secrets, 'wwnobody', school.clock.now),
    /no suite "wwnobody": add it with "rollcall suite add/,
  )
})
