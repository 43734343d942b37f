import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { openSession } from '../../src/console/session.ts'
import { addHook } from '../../src/hooks/hook.ts'
import { bodyReader } from '../../src/request/body.ts'
import { isHarmlessJson } from '../../src/request/json_shape.ts'
import { makeAccount } from '../console/teacher.ts'
import { onBoth, sqlite } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { anotherServer } from './another_server.ts'
import { post, send, tokenOf, unwatchPath } from './raw.ts'

/** Bodies that a stranger, or an app with a token, could send to stop a server. Each is refused at once, and others are answered meanwhile. */
const megabyte = 2 ** 20

/** Sends a request and fails unless the server answered it, and a request to /healthz that was sent after it, within a second each. */
async function quickly<T>(base: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now()
  const working = work()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await send(base, '/healthz', { method: 'GET' })
  assert.ok(performance.now() - startMs < 1000, 'the server was blocked')
  const done = await working
  assert.ok(performance.now() - startMs < 2000, 'the answer took long')
  return done
}

async function administrator(school: School) {
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator' })
  const session = await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)
  return { cookie: `rollcall_session=${session}` }
}

async function hookPath(school: School, kind: string): Promise<string> {
  const hook = { corp_no: school.corp_no, agentid: school.app.agentid, kind, base: school.base }
  const { pathname, search } = new URL((await addHook(school.db, school.secrets, hook, school.clock.now)).url)
  return pathname + search
}

test('forms of megabytes are refused at once: at sign-in, in heartbeats, and in hooks', async () => {
  await using school = await makeSchool(sqlite)
  for (const path of ['/sign-in', '/sign-out', '/language', '/v1/heartbeat', await hookPath(school, 'nginx-rtmp')])
    for (const text of ['a&', 'a=&', '%', '.', '&', '{"a":'])
      assert.equal(
        (await quickly(school.base, () => send(school.base, path, { body: text.repeat((8 * megabyte) / text.length) }))).status,
        413,
      )
})

test('a form has at most 1,000 pairs and 20 parts, also where it may carry a roster', async () => {
  await using school = await makeSchool(sqlite)
  const headers = await administrator(school)
  const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nx\r\n`
  for (const body of [
    'a&'.repeat(4 * megabyte),
    'a=1&'.repeat(2 * megabyte),
    `${part('a').repeat(130_000)}--b--\r\n`,
    '--b\r\n'.repeat(megabyte),
  ]) {
    const answer = await quickly(school.base, () => send(school.base, '/roster', { body, headers }))
    assert.equal(answer.status, 400, body.slice(0, 20))
  }
})

test('the body of a form is not read before the session: without one the answer is a redirect', async () => {
  await using school = await makeSchool(sqlite)
  const answer = await quickly(school.base, () => send(school.base, '/roster', { body: Buffer.alloc(7 * megabyte) }))
  assert.deepEqual([answer.status, answer.headers.location], [303, '/sign-in'])
})

test('a body is not held before the token is checked: 50 strangers with 4 MB each take no memory', async () => {
  await using school = await makeSchool(sqlite)
  const { hostname, port } = new URL(school.base)
  const chunk = Buffer.alloc(4 * megabyte, ' ')
  globalThis.gc?.()
  const before = process.memoryUsage().arrayBuffers
  const strangers = Array.from({ length: 50 }, () => {
    const sent = request({
      hostname,
      port,
      path: `${unwatchPath}?access_token=guess`,
      method: 'POST',
      headers: { 'content-length': 8 * megabyte },
    })
    sent.on('error', () => {})
    sent.write(chunk)
    return sent
  })
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const held = process.memoryUsage().arrayBuffers - before
  for (const each of strangers) each.destroy()
  assert.ok(held < 100 * megabyte, `${Math.round(held / megabyte)} MB are held`)
})

test('JSON that is deep or has millions of parts is refused at once', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const token = await tokenOf(school.base, school.app)
  const half = 4_000_000
  const bodies = [
    `{"livingid":"${school.living}","x":${'['.repeat(half)}${']'.repeat(half)}}`,
    '['.repeat(2 * half),
    `{"x":${'{"a":'.repeat(1_300_000)}`,
    `{"stays":[${'1,'.repeat(half - 100)}1]}`,
  ]
  for (const body of bodies)
    for (const path of [unwatchPath, `/v1/livings/${school.living}/presence`]) {
      const { answer } = await quickly(school.base, () => post(school.base, path, token, body))
      assert.equal(answer.errcode, 40058)
      assert.match(answer.errmsg, /^body: expected JSON at most 32 levels deep/)
    }
})

test('brackets and commas inside strings count neither as depth nor as parts', () => {
  const text = `[]{},:\\"`.repeat(100_000)
  assert.equal(isHarmlessJson(Buffer.from(JSON.stringify({ stays: [text, text] }))), true)
  assert.equal(isHarmlessJson(Buffer.from(JSON.stringify({ stays: [text] }) + '['.repeat(40))), false)
})

test('bodies over 16 kB share a bound on the bytes that are held, until they are released, also where the client is gone', async () => {
  const { read, release } = bodyReader(3 * megabyte)
  const held: (() => void)[] = []
  const server = createServer(async (incoming, response) => {
    const body = await read(incoming, 8 * megabyte)
    if (typeof body === 'string') return void response.end(body)
    held.push(() => {
      release(incoming)
      response.end(String(body?.length))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const body = Buffer.alloc(2 * megabyte)
  const until = async (count: number) => {
    while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const leaving = request(base, { method: 'POST', headers: { 'content-length': String(body.length) } }).on('error', () => {})
  leaving.end(body)
  await until(1)
  leaving.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (let round = 0; round < 3; round++) assert.equal((await send(base, '/', { body })).text, 'too busy')
  const short = send(base, '/', { body: Buffer.alloc(16_000) })
  await until(2)
  for (const answer of held.splice(0)) answer()
  assert.equal((await short).text, '16000')
  for (let round = 0; round < 3; round++) {
    const again = send(base, '/', { body })
    await until(1)
    held.pop()?.()
    assert.equal((await again).text, String(2 * megabyte))
  }
  server.close()
})

onBoth('NUL in a path, a query or a form is refused, and is no fault of the server', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  const headers = await administrator(school)
  for (const path of ['/pupils/%00', '/roster?q=%00', '/livings/a%00b', '/sign-in?back=%00', '/watch/%00', '/v1/hooks/srs?key=%00'])
    assert.equal((await send(school.base, path, { method: 'GET', headers })).status, 400, path)
  for (const body of ['name=a%00b&password=x', 'name=a\0b&password=x'])
    assert.equal((await send(school.base, '/sign-in', { body })).status, 400)
})

test('a path of slashes with a query is a page that does not exist, and no fault', async () => {
  await using school = await makeSchool(sqlite)
  const headers = await administrator(school)
  for (const path of ['//?q=1', '///', '//@:/?x', '/roster?a?b'])
    assert.ok((await send(school.base, path, { method: 'GET', headers })).status < 500, path)
})

test('a request that is too large for its path is answered with the status 413, and one that is malformed with 400', async () => {
  await using school = await makeSchool(sqlite)
  assert.equal((await send(school.base, '/nowhere', { body: Buffer.alloc(20_000) })).status, 413)
  assert.equal((await send(school.base, '/watch/%zz', { method: 'GET' })).status, 400)
  assert.equal((await send(school.base, '/cgi-bin/gettoken/%zz', { method: 'GET' })).status, 200)
})

onBoth('while the database is away, hooks, heartbeats and pages answer 503, say when to try again, and are logged', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const headers = await administrator(school)
  const { links } = await school.client.ours.links({ livingid: school.living })
  const hook = await hookPath(school, 'srs')
  const server = await anotherServer(school)
  await server.db.close()
  try {
    for (const [path, body] of [
      [hook, '{"action":"on_play"}'],
      ['/v1/heartbeat', JSON.stringify({ link: links[0]?.link, stay: 'a' })],
      [`/watch/${links[0]?.link}`, undefined],
      ['/roster', undefined],
      ['/', undefined],
    ] as const) {
      const answer = await send(server.base, path, { method: body ? 'POST' : 'GET', headers, ...(body && { body }) })
      assert.equal(answer.status, 503, path)
      assert.match(String(answer.headers['retry-after']), /^\d+$/)
    }
    assert.match(server.logged(), /"path":"\/v1\/hooks\/srs","msg":"a request failed"/)
    assert.match(server.logged(), /"path":"\/roster","msg":"a page failed"/)
    assert.ok(!server.logged().includes(hook.split('=')[1] as string), 'the log holds the key of the hook')
  } finally {
    await server.server.close()
  }
})
