import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { addHook } from '../../src/hooks/hook.ts'
import { startServer } from '../crash/process.ts'
import { sqlite } from '../databases.ts'
import { needs } from '../programs.ts'
import { makeSchool } from '../world.ts'
import { startNginx } from './nginx.ts'

/** deploy/nginx.conf with the real nginx, which speaks TLS to callers and plain HTTP to two server processes. */

const { skip } = needs('/usr/sbin/nginx', 'openssl')
const students = Array.from({ length: 12 }, (_, index) => `s${index}`).sort()
const unwatch = '/cgi-bin/school/living/get_unwatch_stat_v2'

test('nginx passes calls over TLS to two processes, and to one of them when the other dies', { skip }, async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': Object.fromEntries(students.map((student) => [student, []])) } })
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await school.startLiving(['3A'])
  await using first = await startServer(school.url)
  await using second = await startServer(school.url)
  await using nginx = await startNginx([first, second].map(({ base }) => Number(new URL(base).port)))
  const token = (await nginx.call(`/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`)).access_token
  const missing = async () => {
    const { stat_info } = await nginx.call(`${unwatch}?access_token=${token}`, { livingid })
    return stat_info.students.map((each: { student_userid: string }) => each.student_userid).sort()
  }
  for (const [index, student] of students.entries()) {
    if (index === 6) await second.kill()
    const stays = [{ student_userid: student, enter_time: school.clock.now }]
    await nginx.call(`/v1/livings/${livingid}/presence?access_token=${token}`, { stays })
    for (const _ of [first, second]) assert.deepEqual(await missing(), students.slice(index + 1))
  }
})

test('nginx accepts the configuration without a warning', { skip }, async () => {
  await using nginx = await startNginx([1])
  assert.equal(nginx.check.status, 0)
  assert.doesNotMatch(nginx.check.stderr, /\[(warn|error|emerg)\]/)
})

test('no log of nginx contains a secret, token, link or hook key, whichever upstream dies and whatever goes wrong', { skip }, async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] } } })
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await school.startLiving(['3A'])
  const link = (await school.client.ours.links({ livingid })).links[0]?.link as string
  const hook = { corp_no: school.corp_no, agentid: school.app.agentid, kind: 'srs', base: school.base }
  const { pathname, search } = new URL((await addHook(school.db, school.secrets, hook, school.clock.now)).url)
  await using server = await startServer(school.url)
  await using nginx = await startNginx([Number(new URL(server.base).port)])
  const { access_token } = await nginx.call(`/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`)
  const requests = [
    `/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`,
    `${unwatch}?access_token=${access_token}`,
    `/v1/livings/${livingid}/report?access_token=${access_token}`,
    `/watch/${link}`,
    `${pathname}${search}`,
  ]
  const askAll = () => Promise.all(requests.map((path) => nginx.ask(path, { body: '{}' }).then(({ status }) => status)))
  let isDead = false
  const callers = Array.from({ length: 20 }, async () => {
    while (!isDead) await askAll()
  })
  await pass(200)
  await server.kill()
  isDead = true
  await Promise.all(callers)
  assert.deepEqual(new Set(await askAll()), new Set([502]))
  nginx.loseDisk()
  assert.equal((await nginx.ask(`${unwatch}?access_token=${access_token}`, { body: ' '.repeat(2 ** 20) })).status, 500)
  const logs = nginx.logs()
  for (const secret of [school.app.secret, access_token, link, new URLSearchParams(search).get('key') as string])
    assert.ok(!logs.includes(secret), logs)
  assert.match(
    logs,
    new RegExp(`127\\.0\\.0\\.1 \\[.+\\] POST 502 upstream ${new URL(server.base).host} `),
    'the upstream that died is named',
  )
})

test('nginx refuses bodies that are longer than the limits of the server', { skip }, async () => {
  await using school = await makeSchool(sqlite)
  await using nginx = await startNginx([Number(new URL(school.base).port)])
  const kilobytes = {
    '/sign-in': 16,
    '/v1/hooks/srs': 16,
    '/v1/hooks/livekit': 128,
    '/v1/hooks/tencent-meeting': 128,
    '/v1/hooks/classin': 8192,
    '/v1/heartbeat': 4,
    '/roster': 8192,
  }
  for (const [path, limit] of Object.entries(kilobytes)) {
    assert.notEqual((await nginx.ask(path, { body: ' '.repeat(limit * 1024) })).status, 413, path)
    assert.equal((await nginx.ask(path, { body: ' '.repeat(limit * 1024 + 1) })).status, 413, path)
  }
  const sent = (megabytes: number) => nginx.ask(`${unwatch}?access_token=none`, { body: ' '.repeat(megabytes * 2 ** 20) })
  assert.match((await sent(7.9)).text, /"errcode":40014/)
  assert.equal((await sent(8.1)).status, 413)
})

test('nginx passes 200 requests for a token at once, and 20 sign-ins, and answers 429 to a flood', { skip }, async () => {
  await using school = await makeSchool(sqlite)
  await using nginx = await startNginx([Number(new URL(school.base).port)])
  const gettoken = `/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`
  const askForToken = async () => (await nginx.ask(gettoken, { method: 'GET' })).status
  const signIn = async () => (await nginx.ask('/sign-in/', { body: 'name=li' })).status
  const many = (count: number, ask: () => Promise<number>) => Array.from({ length: count }, ask)
  const refused = (asked: Promise<number>[]) => Promise.any(asked.map((each) => each.then((status) => assert.equal(status, 429))))
  assert.deepEqual(new Set(await Promise.all(many(200, askForToken))), new Set([200]))
  await refused(many(300, askForToken))
  assert.ok(!(await Promise.all(many(20, signIn))).includes(429))
  await refused(many(150, signIn))
  assert.equal((await nginx.ask('/sign-in', { method: 'GET' })).status, 200, 'pages are not limited')
})

test('nginx hides /metrics, /healthz and /readyz from outside', { skip }, async () => {
  await using school = await makeSchool(sqlite)
  await using nginx = await startNginx([Number(new URL(school.base).port)])
  for (const path of ['/metrics', '/healthz', '/readyz'])
    for (const written of [path, `${path}/`, `/.${path}`, `${path}?x=1`, path.replace('e', '%65')])
      assert.equal((await nginx.ask(written, { method: 'GET' })).status, 403, written)
  assert.equal((await nginx.ask('/openapi.json', { method: 'GET' })).status, 200)
})

test('nginx tells the server the host name, TLS and the caller’s address, and overrides what the caller claims', {
  skip,
}, async () => {
  const seen: IncomingHttpHeaders[] = []
  const inner = createServer((request, response) => {
    seen.push(request.headers)
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => inner.once('listening', resolve))
  await using nginx = await startNginx([(inner.address() as AddressInfo).port])
  await nginx.ask('/', {
    method: 'GET',
    headers: { host: 'rollcall.school.example', 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'http' },
  })
  const { host, connection, ...rest } = seen.at(-1) as IncomingHttpHeaders
  assert.equal(host, 'rollcall.school.example')
  assert.equal(rest['x-forwarded-for'], '127.0.0.1')
  assert.equal(rest['x-forwarded-proto'], 'https')
  assert.notEqual(connection, 'close', 'connections to the server are reused')
  inner.closeAllConnections()
  inner.close()
})
