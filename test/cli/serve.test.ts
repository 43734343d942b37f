import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { promisify } from 'node:util'
import { post, send, tokenOf, unwatchPath } from '../http/raw.ts'
import { needs } from '../programs.ts'
import { folder, rollcall, serve } from './command.ts'

/** `rollcall serve` as a process: the demo, HTTPS, signals, the log. */

/** The credentials of the demo school's app. */
const demo = { corpid: 'wwdemo', secret: 'demo-secret' }

/** The lists in the sample of WeCom page 95795. */
const sample = {
  students: [
    { student_userid: 'zhansan_child', partyids: [10, 11] },
    { student_userid: 'lisi_child', partyids: [5] },
  ],
  parents: [
    { parent_userid: 'zhangsan', student_userid: 'zhansan_child', partyids: [10, 11] },
    { parent_userid: 'lisi', student_userid: 'lisi_child', partyids: [5] },
  ],
}

test('with --demo the server answers the sample of the official page, and without it the demo school is unknown', async () => {
  using place = folder()
  {
    await using server = await serve(['--demo', '--database', place.database])
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
    const { answer } = await post(server.url, unwatchPath, await tokenOf(server.url, demo), { livingid: 'livingid1', next_cursor: '0' })
    const { next_cursor, ...rest } = answer
    assert.deepEqual(rest, { errcode: 0, errmsg: 'ok', has_more: 0, stat_info: sample })
    assert.ok(next_cursor)
    assert.equal((await server.stop()).code, 0)
  }
  await using server = await serve(['--database', place.database])
  const { answer } = await send(server.url, `/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret`, { method: 'GET' })
  assert.equal(answer.errcode, 40013)
  assert.doesNotMatch(server.output.stdout, /curl/)
})

test('the curl lines that --demo prints give the answers that they promise', needs('curl'), async () => {
  using place = folder()
  await using server = await serve(['--demo', '--database', place.database])
  await pass(100)
  const lines = server.output.stdout.split('\n').filter((line) => /^ {2}(TOKEN=|curl )/.test(line))
  assert.equal(lines.length, 3)
  // the list is asked for again after the student has watched
  const { stdout } = await promisify(execFile)('sh', ['-c', [...lines, lines[1]].join('\necho\n')])
  const [, before, presence, after] = stdout.split('\n').map((line) => line && JSON.parse(line))
  assert.deepEqual(before.stat_info, sample)
  assert.equal(presence.accepted, 1)
  assert.deepEqual(after.stat_info.students, sample.students.slice(0, 1))
})

test('with a certificate and its key the server speaks HTTPS', needs('openssl'), async () => {
  using place = folder()
  const [cert, key] = [join(place.path, 'cert.pem'), join(place.path, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  )
  await using server = await serve(['--demo', '--database', place.database, '--tls-cert', cert, '--tls-key', key])
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const url = `${server.url.replace('127.0.0.1', 'localhost')}/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret`
  const [response] = await once(
    get(url, { ca: readFileSync(cert), lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) }),
    'response',
  )
  const answer = JSON.parse((await response.toArray()).join(''))
  assert.equal(answer.errcode, 0)
})

test('SIGTERM and SIGINT end the server with exit code 0 within ten seconds, even with an open connection', async () => {
  using place = folder()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    await using server = await serve(['--demo', '--database', place.database])
    const { hostname, port } = new URL(server.url)
    const silent = connect(Number(port), hostname)
    silent.on('error', () => {})
    if (signal === 'SIGINT') silent.destroy()
    await tokenOf(server.url, demo)
    const { code, seconds } = await server.stop(signal)
    assert.equal(code, 0, signal)
    assert.ok(seconds < 10, `${signal} took ${seconds} s`)
    silent.destroy()
  }
})

test('a call that is running at SIGTERM is answered, and what it wrote is stored', async () => {
  using place = folder()
  const on = ['--demo', '--database', place.database]
  {
    await using server = await serve(on)
    const body = JSON.stringify({ stays: [{ student_userid: 'lisi_child', enter_time: Math.floor(Date.now() / 1000) }] })
    const token = await tokenOf(server.url, demo)
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (part) => {
      answer += part
    })
    socket.write(
      `POST /v1/livings/livingid1/presence?access_token=${token} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
    )
    await pass(300)
    const stopped = server.stop()
    await pass(300)
    socket.write(body.slice(20))
    const { code, seconds } = await stopped
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /"errcode":0,"errmsg":"ok","accepted":1/)
    assert.equal(code, 0)
    assert.ok(seconds < 10, `${seconds} s`)
  }
  await using server = await serve(on)
  const { answer } = await post(server.url, unwatchPath, await tokenOf(server.url, demo), { livingid: 'livingid1' })
  assert.deepEqual(answer.stat_info.students, sample.students.slice(0, 1))
})

test('every answered call has a complete log line, in order, even when the server stops right afterwards', async () => {
  using place = folder()
  await using server = await serve(['--demo', '--database', place.database])
  const token = await tokenOf(server.url, demo)
  const said: string[] = []
  for (let at = 0; at < 300; at++) {
    const livingid = at % 2 ? 'livingid1' : 'nowhere'
    const { answer } = await post(server.url, unwatchPath, token, { livingid })
    said.push(`getUnwatchStatV2 ${answer.errcode}`)
  }
  await server.stop()
  const logged = server.output.stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    logged.filter(({ msg }) => msg === 'call').map(({ call, errcode }) => `${call} ${errcode}`),
    ['gettoken 0', ...said],
  )
})

test('a port in use is reported with exit code 1', async () => {
  using place = folder()
  await using server = await serve(['--database', place.database])
  const { port } = new URL(server.url)
  for (const processes of ['1', '2']) {
    const { code, stderr } = await rollcall(['serve', '--database', place.database, '--port', port, '--processes', processes])
    assert.equal(code, 1)
    assert.match(stderr, /EADDRINUSE/)
  }
})
