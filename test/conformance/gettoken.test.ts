import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { send, tokenOf, unwatchPath } from '../http/raw.ts'
import { makeSchool, type School } from '../world.ts'

/** WeCom page 91039, and what clients rely on. */

const gettoken = async (base: string, query: string) => (await send(base, `/cgi-bin/gettoken?${query}`, { method: 'GET' })).answer
const ask = (school: School, base = school.base) => gettoken(base, `corpid=${school.corpid}&corpsecret=${school.app.secret}`)
const list = async (base: string, token?: string) =>
  (await send(base, `/cgi-bin/school/department/list${token === undefined ? '' : `?access_token=${token}`}`, { method: 'GET' })).answer

test('a token is valid for 7200 seconds', async () => {
  await using school = await makeSchool(sqlite)
  const first = await ask(school)
  assert.equal(first.errcode, 0)
  assert.equal(first.errmsg, 'ok')
  assert.equal(first.expires_in, 7200)
  assert.match(first.access_token, /^[A-Za-z0-9_-]{32,512}$/)
  school.clock.now += 7199
  assert.equal((await list(school.base, first.access_token)).errcode, 0)
  school.clock.now += 1
  assert.equal((await list(school.base, first.access_token)).errcode, 42001)
})

test('asking again gives the same token, with the remaining seconds in expires_in', async () => {
  await using school = await makeSchool(sqlite)
  const first = await ask(school)
  school.clock.now += 6900
  assert.deepEqual(await ask(school), { ...first, expires_in: 300 })
})

onBoth('within the last 300 seconds of a token a new one is given, and the old one stays valid until its end', async (database) => {
  await using school = await makeSchool(database)
  const old = await tokenOf(school.base, school.app)
  school.clock.now += 6901
  const renewed = await ask(school)
  assert.notEqual(renewed.access_token, old)
  assert.equal(renewed.expires_in, 7200)
  school.clock.now += 298
  assert.equal((await list(school.base, old)).errcode, 0)
  assert.equal((await list(school.base, renewed.access_token)).errcode, 0)
  school.clock.now += 1
  assert.equal((await list(school.base, old)).errcode, 42001)
  assert.equal((await list(school.base, renewed.access_token)).errcode, 0)
})

onBoth('callers who ask for the first token at the same time all get the same one', async (database) => {
  await using school = await makeSchool(database)
  school.clock.now += 7200
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(school.base, school.app)))
  assert.equal(new Set(tokens).size, 1)
})

onBoth('a token survives a restart, and two servers on one database give the same token', async (database) => {
  await using school = await makeSchool(database)
  const token = await tokenOf(school.base, school.app)
  await using other = await anotherServer(school)
  assert.equal((await list(other.base, token)).errcode, 0)
  assert.equal(await tokenOf(other.base, school.app), token)
})

onBoth('a token issued by one server is valid on the other server at once', async (database) => {
  await using school = await makeSchool(database)
  await using other = await anotherServer(school)
  school.clock.now += 7000
  await list(other.base, await tokenOf(school.base, school.app))
  school.clock.now += 7200
  assert.equal((await list(other.base, await tokenOf(school.base, school.app))).errcode, 0)
})

test('servers whose clocks differ by seconds give the same token', async () => {
  await using school = await makeSchool(sqlite)
  school.clock.now += 7200
  await using slow = await anotherServer(school, { clock: () => school.clock.now - 3 })
  const token = await tokenOf(school.base, school.app)
  const { access_token, expires_in } = await ask(school, slow.base)
  assert.equal(access_token, token)
  assert.equal(expires_in, 7200)
})

test('each missing or wrong credential has an errcode of its own', async () => {
  await using school = await makeSchool(sqlite)
  await using stranger = await makeSchool(sqlite)
  const { secret } = school.app
  const codes: Record<string, number> = {
    '': 41002,
    'corpid=': 41002,
    [`corpsecret=${secret}`]: 41002,
    [`corpid=${school.corpid}`]: 41004,
    [`corpid=${school.corpid}&corpsecret=`]: 41004,
    [`corpid=wwnobody&corpsecret=${secret}`]: 40013,
    [`corpid=${school.corpid.toUpperCase()}&corpsecret=${secret}`]: 40013,
    'corpid=wwnobody': 41004,
    [`corpid=${school.corpid}&corpsecret=wrong`]: 40001,
    [`corpid=${school.corpid}&corpsecret=${secret.slice(1)}`]: 40001,
    [`corpid=${stranger.corpid}&corpsecret=${secret}`]: 40001,
    [`corpid=${school.corpid}&corpsecret=${'x'.repeat(513)}`]: 40058,
  }
  const answered: Record<string, number> = {}
  for (const query of Object.keys(codes)) answered[query] = (await gettoken(school.base, query)).errcode
  assert.deepEqual(answered, codes)
})

test('every kind of app gets a token from gettoken', async () => {
  await using school = await makeSchool(sqlite)
  for (const kind of ['self-built', 'delegated', 'third-party', 'system'] as const)
    assert.match(await tokenOf(school.base, await school.makeApp(kind)), /^[A-Za-z0-9_-]+$/)
})

test('each app has a token of its own', async () => {
  await using school = await makeSchool(sqlite)
  const other = await school.makeApp('self-built', [])
  assert.notEqual(await tokenOf(school.base, other), await tokenOf(school.base, school.app))
  assert.equal((await list(school.base, await tokenOf(school.base, other))).errcode, 48002)
})

test('a missing token is refused with 41001, and an invalid one with 40014', async () => {
  await using school = await makeSchool(sqlite)
  assert.equal((await list(school.base)).errcode, 41001)
  assert.equal((await list(school.base, '')).errcode, 41001)
  const token = await tokenOf(school.base, school.app)
  const swapped = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
  const noSuchApp = Buffer.alloc(46, 0xff).toString('base64url')
  for (const bad of ['null', 'undefined', 'x', 'a'.repeat(600), `${token}A`, token.slice(1), swapped, noSuchApp, '%00', '%E7%82%B9'])
    assert.equal((await list(school.base, bad)).errcode, 40014, bad)
})

onBoth('neither the database nor the log contains a token or a secret in clear text', async (database) => {
  await using school = await makeSchool(database)
  await using server = await anotherServer(school)
  const { secret } = school.app
  const token = await tokenOf(server.base, school.app)
  for (const path of [
    `/cgi-bin/school/department/list?access_token=${token}`,
    `/cgi-bin/school/department/list?access_token=${token}&id=${secret}`,
    `/cgi-bin/nothing?access_token=${token}`,
    `/cgi-bin/gettoken/%zz?access_token=${token}&corpsecret=${secret}`,
    `/cgi-bin/gettoken?corpid=wwnobody&corpsecret=${secret}`,
  ])
    await send(server.base, path, { method: 'GET' })
  await send(server.base, `${unwatchPath}?access_token=${token}`, { body: `{"livingid":"${secret}"` })
  assert.match(server.logged(), /"call":"gettoken"/)
  const tables = [await school.db.all(sql`select * from app`), await school.db.all(sql`select * from setting`)]
  const files = database.name === 'sqlite' ? ['', '-wal'].map((end) => readFileSync(`${school.url}${end}`, 'latin1')) : []
  for (const kept of [server.logged(), JSON.stringify(tables), ...files])
    for (const clear of [token, secret]) assert.ok(!kept.includes(clear))
})
