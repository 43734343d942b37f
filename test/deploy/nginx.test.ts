import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
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

test('nginx refuses bodies over 8 MB, and hides /metrics, /healthz and /readyz from outside', { skip }, async () => {
  await using school = await makeSchool(sqlite)
  await using nginx = await startNginx([Number(new URL(school.base).port)])
  const sent = (megabytes: number) => nginx.ask(`${unwatch}?access_token=none`, { body: ' '.repeat(megabytes * 2 ** 20) })
  assert.match((await sent(7.9)).text, /"errcode":40014/)
  assert.equal((await sent(8.1)).status, 413)
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
