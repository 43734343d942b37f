import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { post, send, sendBytes, sendInput, tokenOf, unwatchPath } from './raw.ts'
import { calls, placed, type Shape, sample } from './samples.ts'

/** What all answers have in common: HTTP status, headers, errcode and errmsg. */
const school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
after(() => school[Symbol.asyncDispose]())
const token = await tokenOf(school.base, school.app)
/** An errmsg with what the server appends to every error: a hint number, the caller's address and a URL with the errcode. */
const decorated =
  /^[^,]*.*, hint: \[1800000000\d{15}\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=(-?\d+)$/s

test('a success is HTTP 200, begins with errcode 0 and errmsg ok, and repeats both in its headers', async () => {
  const { status, headers, text } = await post(school.base, unwatchPath, token, { livingid: school.living })
  assert.equal(status, 200)
  assert.ok(text.startsWith('{"errcode":0,"errmsg":"ok",'))
  assert.equal(headers['content-type'], 'application/json; charset=UTF-8')
  assert.equal(headers['error-code'], '0')
  assert.equal(headers['error-msg'], 'ok')
  assert.equal(headers['content-length'], String(Buffer.byteLength(text)))
})

test('a creating call answers errmsg "created" like the official call', async () => {
  const { answer } = await post(school.base, '/cgi-bin/school/department/create', token, { name: '二班', parentid: 2, type: 1 })
  assert.equal(answer.errmsg, 'created')
})

test('an error is HTTP 200, has the hint, address and URL of official errors, and repeats errcode and errmsg in its headers', async () => {
  const { status, headers, answer } = await post(school.base, unwatchPath, token, { livingid: 'lvNobodyKnows' })
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json; charset=UTF-8')
  assert.equal(decorated.exec(answer.errmsg)?.[1], '40058')
  assert.equal(headers['error-code'], '40058')
  assert.equal(headers['error-msg'], answer.errmsg)
})

test('behind a proxy on this machine, an error names the last address of X-Forwarded-For', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
  for (const path of [unwatchPath, '/nowhere']) {
    const { answer } = await send(school.base, path, { headers })
    assert.match(answer.errmsg, /, from ip: 198\.51\.100\.7, more info/, path)
  }
})

test('an errmsg in Chinese is percent-encoded in the header', async () => {
  const { headers, answer } = await post(school.base, '/cgi-bin/school/department/create', token, { name: '二-班', parentid: 2, type: 1 })
  assert.equal(answer.errcode, 60009)
  assert.match(answer.errmsg, /二-班/)
  assert.equal(decodeURIComponent(headers['error-msg'] as string), answer.errmsg)
})

test('every failing call answers the lists of its success as empty lists', async () => {
  const lists = ({ properties = {}, required = [] }: Shape): object =>
    Object.fromEntries(
      required.flatMap((name) => {
        const { type, ...rest } = properties[name] as Shape
        if (type === 'array') return [[name, []]]
        const inner = type === 'object' ? lists(rest) : {}
        return Object.keys(inner).length ? [[name, inner]] : []
      }),
    )
  for (const [name, call] of calls) {
    const { errcode, errmsg, ...rest } = (await send(school.base, placed(call, { livingid: 'x' }).path, { method: 'PUT' })).answer
    assert.equal(errcode, 40058, name)
    assert.equal(decorated.exec(errmsg)?.[1], '40058', name)
    assert.deepEqual(rest, lists(call.output), name)
  }
  const { answer } = await post(school.base, unwatchPath, 'garbage', {})
  assert.deepEqual(answer.stat_info, { students: [], parents: [] })
})

test('every call refuses every wrong HTTP method with 40058', async () => {
  for (const [name, call] of calls)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
      if (method === call.method) continue
      const { status, headers } = await send(school.base, placed(call, { livingid: 'x' }).path, { method })
      assert.deepEqual([status, headers['error-code']], [200, '40058'], `${method} ${name}`)
    }
})

test('an unknown path is HTTP 404 with an errcode, and HTTP 200 where it is under /cgi-bin/', async () => {
  const statusByPath = {
    '/': 404,
    '/v1/livings': 404,
    '/%E7%82%B9': 404,
    '//nowhere': 404,
    '/cgi-bin': 404,
    '/x/cgi-bin/gettoken': 404,
    '/cgi-bin/': 200,
    '/cgi-bin/school/living/get_unwatch_stat_v3': 200,
    '/cgi-bin/GETTOKEN': 200,
    '//cgi-bin//nothing': 200,
  }
  for (const [path, expected] of Object.entries(statusByPath))
    for (const method of path === '/' ? ['POST'] : ['GET', 'POST', 'DELETE']) {
      const { status, headers, answer } = await send(school.base, `${path}?access_token=${token}`, { method, body: '{' })
      assert.equal(status, expected, `${method} ${path}`)
      assert.equal(answer.errcode, 40058, path)
      assert.equal(headers['error-code'], '40058')
      assert.match(answer.errmsg, /^no such path: /)
      assert.equal(headers['content-type'], 'application/json; charset=UTF-8')
      assert.ok(!answer.errmsg.includes(token))
    }
  const large = await send(school.base, '/cgi-bin/nothing', { body: ' '.repeat(8 * 2 ** 20 + 1) })
  assert.deepEqual([large.status, large.answer.errcode], [200, 40058])
})

test('several slashes in a row in a path are one', async () => {
  for (const path of ['//cgi-bin/gettoken', '/cgi-bin//gettoken', '///cgi-bin/gettoken//']) {
    const { answer } = await send(school.base, `${path}?corpid=${school.corpid}&corpsecret=${school.app.secret}`, { method: 'GET' })
    assert.equal(answer.access_token, token, path)
  }
  const { answer } = await post(school.base, `/${unwatchPath.replace('/living/', '//living/')}`, token, { livingid: school.living })
  assert.equal(answer.errcode, 0, answer.errmsg)
  assert.equal((await post(school.base, `//v1/livings/${school.living}//start`, token, {})).answer.errcode, 0)
})

test('a request that cannot be parsed is answered with an errcode too', async () => {
  const unreadable: Record<string, number> = {
    'GET /cgi-bin/gettoken/%zz HTTP/1.1\r\nHost: x\r\n\r\n': 200,
    'POST /v1/livings/%ff/start HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n': 200,
    'hello\r\n\r\n': 400,
    [`GET /cgi-bin/gettoken?corpid=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`]: 431,
  }
  for (const [bytes, status] of Object.entries(unreadable)) {
    const answer = await sendBytes(school.base, bytes, 1000)
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer)
    assert.match(answer, /\r\n\r\n\{"errcode":40058,"errmsg":"the request cannot be read\. invalid Request Parameter, hint: \[/)
  }
})

test('an internal error is answered with errcode -1 without details, and is logged', async () => {
  const { anotherServer } = await import('./another_server.ts')
  const server = await anotherServer(school)
  const fresh = await tokenOf(server.base, school.app)
  await server.db.close()
  const { status, answer } = await post(server.base, unwatchPath, fresh, { livingid: school.living })
  assert.equal(status, 200)
  assert.equal(answer.errcode, -1)
  assert.match(answer.errmsg, /^system busy, hint/)
  assert.match(server.logged(), /"msg":"a call failed"/)
  assert.equal((await send(server.base, '/readyz', { method: 'GET' })).status, 503)
  assert.equal((await send(server.base, '/healthz', { method: 'GET' })).status, 200)
  await server.server.close()
})

test('the answer of every call matches its declared schema', async () => {
  const { Compile } = await import('typebox/compile')
  for (const [name, call] of calls) {
    const { answer } = await sendInput(school.base, call, token, sample(call.input) as Record<string, unknown>)
    assert.equal(typeof answer.errcode, 'number', name)
    assert.notEqual(answer.errcode, -1, name)
    if (answer.errcode === 0) assert.ok(Compile(call.output).Check(answer), name)
  }
})
