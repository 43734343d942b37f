import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { rotateSecret } from '../../src/access/apps.ts'
import { CredentialError, createClient, memoryTokens, type TokenCache } from '../../src/client/client.ts'
import { fileTokens } from '../../src/client/node.ts'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { failure, startCannedServer } from './canned_server.ts'

const list = '/cgi-bin/school/department/list'
const gettoken = '/cgi-bin/gettoken'
const departments = { errcode: 0, errmsg: 'ok', departments: [] }
const clientOf = (base: string, tokens?: TokenCache) =>
  createClient({ corpid: 'ww', corpsecret: 'secret', base, retry: { wait: () => 1 }, ...(tokens && { tokens }) })
const each100 = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 100 }, work))

for (const errcode of [40014, 42001, 40001])
  test(`${errcode}: when a hundred callers find the token invalid, only one new token is asked for`, async () => {
    await using far = await startCannedServer({
      [list]: ({ query }) => (query.access_token === 'T0' ? failure(errcode, 'dead') : departments),
    })
    const client = clientOf(far.base)
    await each100(() => client.departmentList())
    assert.equal(far.times(gettoken), 2)
  })

test('a call fails when a new token is refused too', async () => {
  await using far = await startCannedServer({ [list]: [failure(40014, 'invalid access_token', { departments: [] })] })
  await assert.rejects(clientOf(far.base).departmentList(), (error) => error instanceof CredentialError && error.errcode === 40014)
  assert.deepEqual([far.times(gettoken), far.times(list)], [2, 2])
})

test('a refused secret is not tried again, because WeCom blocks callers who do', async () => {
  await using far = await startCannedServer({
    [gettoken]: (_, nth) =>
      nth === 0 ? { errcode: 0, errmsg: 'ok', access_token: 'T0', expires_in: 7200 } : failure(40001, 'invalid credential'),
    [list]: [failure(40014, 'invalid access_token')],
  })
  const client = clientOf(far.base)
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => client.departmentList()))
  for (const outcome of outcomes) assert.ok(outcome.status === 'rejected' && outcome.reason.errcode === 40001)
  await assert.rejects(client.departmentList(), { errcode: 40001, call: 'gettoken' })
  assert.equal(far.times(gettoken), 2)
})

test('with a Rollcall server, an invalid token is renewed, and a rotated secret is refused for good', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] } } })
  const { client, agentid, secret } = await school.makeApp()
  await client.departmentList()
  const tokens = memoryTokens()
  let first = true
  const poisoned = createClient({
    corpid: school.corpid,
    corpsecret: secret,
    base: school.base,
    tokens: {
      get: (key) => {
        const dead = { access_token: 'dead', expires_at: Date.now() + 1e6 }
        return first ? dead : tokens.get(key)
      },
      set: (key, token) => {
        first = false
        return tokens.set(key, token)
      },
    },
  })
  assert.equal((await poisoned.departmentList()).departments.length, 3)
  await rotateSecret(school.db, school.corpid, agentid)
  await new Promise((resolve) => setTimeout(resolve, 1100)) // a running server notices the change within a second
  await assert.rejects(client.departmentList(), { errcode: 40001, call: 'gettoken' })
})

test('several clients and processes share a token through a file that only its owner can read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'deep', 'tokens.json')
  await using far = await startCannedServer({ [list]: [departments] })
  await each100(() =>
    clientOf(far.base, fileTokens(path))
      .departmentList()
      .then(() => 0),
  ).catch(() => {})
  await clientOf(far.base, fileTokens(path)).departmentList()
  const before = far.times(gettoken)
  await clientOf(far.base, fileTokens(path)).departmentList()
  assert.equal(far.times(gettoken), before)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(path, 'utf8'), /secret/)

  writeFileSync(path, '{damaged')
  await clientOf(far.base, fileTokens(path)).departmentList()
  assert.equal(far.times(gettoken), before + 1)
})

test('a token renewed by another process is taken from the cache instead of asked for', async () => {
  await using far = await startCannedServer({
    [list]: ({ query }) => (query.access_token === 'fresh' ? departments : failure(42001, 'access_token expired')),
  })
  const kept = { access_token: 'old', expires_at: Date.now() + 1e6 }
  const tokens: TokenCache = { get: () => ({ ...kept }), set: () => {} }
  const client = clientOf(far.base, tokens)
  await assert.rejects(client.departmentList())
  kept.access_token = 'fresh'
  const before = far.times(gettoken)
  await client.departmentList()
  assert.equal(far.times(gettoken), before)
})

test('a token that is about to expire is not used', async () => {
  await using far = await startCannedServer({
    [gettoken]: [{ errcode: 0, errmsg: 'ok', access_token: 'short', expires_in: 30 }],
    [list]: [departments],
  })
  const client = clientOf(far.base)
  await client.departmentList()
  await client.departmentList()
  assert.equal(far.times(gettoken), 2)
})

test('aborting one caller during gettoken rejects only that caller, and the others get the token', async () => {
  await using far = await startCannedServer({
    [gettoken]: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { errcode: 0, errmsg: 'ok', access_token: 'T', expires_in: 7200 }
    },
    [list]: [departments],
  })
  const client = clientOf(far.base)
  const stop = AbortSignal.abort(new Error('enough'))
  const [left, stayed] = await Promise.allSettled([client.departmentList({}, { signal: stop }), client.departmentList()])
  assert.equal(left.status, 'rejected')
  assert.equal(stayed.status, 'fulfilled')
  assert.equal(far.times(gettoken), 1)
})
