import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { authorizeSuite } from '../../src/access/suites.ts'
import { createClient } from '../../src/client/client.ts'
import { onBoth, sqlite } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSuite } from '../suites.ts'
import { makeSchool } from '../world.ts'

onBoth('after a scan, a third-party app gets its token from get_permanent_code and get_corp_token', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } } })
  const suite = await makeSuite(school, 'third-party', 'live,school')
  const { agentid, auth_code } = await suite.scan()
  assert.ok(auth_code.length >= 64 && auth_code.length <= 512)
  const answer = await suite.redeem(auth_code)
  const { permanent_code } = answer
  assert.equal(answer.errmsg, 'ok')
  assert.equal(answer.expires_in, 7200)
  assert.deepEqual(answer.auth_corp_info, { corpid: school.corpid, corp_name: school.corpid })
  assert.deepEqual(answer.auth_info, { agent: [{ agentid, name: '点名', auth_mode: 0, is_customized_app: false }] })
  const corp = await school.client.getCorpToken({ auth_corpid: school.corpid, permanent_code }, { suite_access_token: await suite.token() })
  assert.equal(corp.access_token, answer.access_token)
  assert.equal(corp.errcode, 0)
  const app = createClient({ base: school.base, corpid: school.corpid, corpsecret: permanent_code })
  assert.equal((await app.gettoken({ corpid: school.corpid, corpsecret: permanent_code })).access_token, answer.access_token)
  assert.equal((await app.userGet({ userid: 'li' })).errcode, 0)
  await refused(app.createStudent({ student_userid: 'new', name: 'new', department: [1] }), 48002, /school_edit/)
})

onBoth('a delegated app uses its permanent code as its secret', async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school, 'delegated', 'live,school,school_edit')
  const answer = await suite.redeem((await suite.scan()).auth_code)
  assert.equal('access_token' in answer, false)
  assert.equal(answer.auth_info.agent[0]?.is_customized_app, true)
  const app = createClient({ base: school.base, corpid: school.corpid, corpsecret: answer.permanent_code })
  assert.equal((await app.departmentList({})).errcode, 0)
})

onBoth('an auth_code can be redeemed once, even by two callers at the same time', async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school)
  const { auth_code } = await suite.scan()
  const both = await Promise.allSettled([suite.redeem(auth_code), suite.redeem(auth_code)])
  assert.deepEqual(both.map((each) => each.status).sort(), ['fulfilled', 'rejected'])
  await refused(suite.redeem(auth_code), 40078)
})

onBoth('after a new authorization, fetching the new permanent code invalidates the old one and its tokens', async (database) => {
  await using school = await makeSchool(database)
  const suite = await makeSuite(school)
  const first = await suite.scan()
  const { permanent_code, access_token } = await suite.redeem(first.auth_code)
  const again = await suite.scan()
  assert.equal(again.agentid, first.agentid)
  const corpToken = async (code: string) =>
    school.client.getCorpToken({ auth_corpid: school.corpid, permanent_code: code }, { suite_access_token: await suite.token() })
  assert.equal((await corpToken(permanent_code)).access_token, access_token)
  const second = await suite.redeem(again.auth_code)
  await refused(corpToken(permanent_code), 40084)
  assert.equal((await corpToken(second.permanent_code)).access_token, second.access_token)
  await pass(1000)
  const list = await fetch(`${school.base}/cgi-bin/school/department/list?access_token=${access_token}`)
  assert.equal(((await list.json()) as { errcode: number }).errcode, 40014)
})

test('an auth_code expires after 10 minutes and is valid only for its own suite', async () => {
  await using school = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const other = await makeSuite(school)
  const { auth_code } = await suite.scan()
  await refused(other.redeem(auth_code), 40078)
  school.clock.now += 600
  await refused(suite.redeem(auth_code), 40078)
  const swapped = (await suite.scan()).auth_code
  await refused(suite.redeem(`${swapped.slice(0, -1)}${swapped.endsWith('A') ? 'B' : 'A'}`), 40078)
})

test('a missing auth_code is refused with 41008, a short one with 40058, any other invalid one with 40078', async () => {
  await using school = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const ask = async (input: object) => school.client.getPermanentCode(input, { suite_access_token: await suite.token() })
  const answer = await refused<{ auth_info: object }>(ask({}), 41008)
  assert.deepEqual(answer.auth_info, { agent: [] })
  await refused(ask({ auth_code: 'x'.repeat(63) }), 40058, /auth_code/)
  await refused(ask({ auth_code: 'x'.repeat(64) }), 40078)
  await refused(ask({ auth_code: Buffer.alloc(48, 0xff).toString('base64url') }), 40078)
  await refused(ask({ auth_code: 'x'.repeat(513) }), 40058)
})

test('the v2 path answers only the permanent code and the school', async () => {
  await using school = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const { auth_code } = await suite.scan()
  const answer = await school.client.getPermanentCodeV2({ auth_code }, { suite_access_token: await suite.token() })
  assert.deepEqual(Object.keys(answer), ['errcode', 'errmsg', 'permanent_code', 'auth_corp_info'])
})

test('get_corp_token has an errcode for each missing or wrong field', async () => {
  await using school = await makeSchool(sqlite)
  await using stranger = await makeSchool(sqlite)
  const suite = await makeSuite(school)
  const other = await makeSuite(school)
  const { permanent_code } = await suite.redeem((await suite.scan()).auth_code)
  await suite.scan(stranger.corpid)
  const ask = async (auth_corpid: string, code: string, of = suite) =>
    school.client.getCorpToken({ auth_corpid, permanent_code: code }, { suite_access_token: await of.token() })
  await refused(ask('', permanent_code), 41002)
  await refused(ask(school.corpid, ''), 41025)
  await refused(ask('wwnobody', permanent_code), 40013)
  await refused(ask(school.corpid, 'wrong'), 40084)
  await refused(ask(stranger.corpid, permanent_code), 40084)
  await refused(ask(school.corpid, permanent_code, other), 40084)
  await refused(ask(school.corpid, school.app.secret), 40084)
})

test('a school has at most one app of a suite, with the agentid that was asked for', async () => {
  await using school = await makeSchool(sqlite)
  const { suite_id } = await makeSuite(school)
  const { corpid } = school
  const authorize = (agentid: number) => authorizeSuite(school.db, { suite_id, corpid, agentid }, school.clock.now)
  assert.equal((await authorize(42)).agentid, 42)
  assert.equal((await authorize(42)).agentid, 42)
  await assert.rejects(authorize(43), /has suite \S+ already, as app 42/)
  const another = await makeSuite(school)
  await assert.rejects(authorizeSuite(school.db, { ...another, corpid, agentid: 42 }, school.clock.now), /app 42 of \S+ exists already/)
})
