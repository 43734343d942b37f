import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { grantsOf } from '../../src/access/grants.ts'
import { createClient } from '../../src/client/client.ts'
import { folder, rollcall, serve } from './command.ts'

/** `rollcall hook bind`, `bindings` and `unbind`, and `rollcall polyv pull`, on a database that a server uses. */
async function school(place: { database: string }) {
  const env = { ROLLCALL_DATABASE: place.database, ROLLCALL_LOG_LEVEL: 'silent' }
  const run = async (...args: string[]) => rollcall(args, { env })
  await run('corp', 'add', 'wwschool')
  const { secret, agentid } = JSON.parse(
    (await run('app', 'add', '--corp', 'wwschool', '--kind', 'self-built', '--grant', grantsOf['self-built'].join(','))).stdout,
  )
  const server = await serve([], { env })
  const client = createClient({ base: server.url, corpid: 'wwschool', corpsecret: secret })
  const { id: parentid } = await client.departmentCreate({ name: '三年级', parentid: 1, type: 2 })
  const { id } = await client.departmentCreate({ name: '三年级1班', parentid, type: 1 })
  await client.createStudent({ student_userid: 'li', name: '李雷', department: [id] })
  const start = Math.floor(Date.now() / 1000) - 600
  const lesson = { anchor_userid: 'wang', theme: '公开课', living_start: start, living_duration: 3600, living_range: { partyids: [id] } }
  const { livingid } = await client.livingCreate(lesson)
  return { run, env, agentid: String(agentid), server, client, livingid, start }
}

test('a hook for a meeting product needs its secret, and its meetings are bound, listed and unbound', async () => {
  using place = folder()
  const { run, agentid, livingid, server } = await school(place)
  await using _ = server
  const corp = ['--corp', 'wwschool']
  const add = (kind: string, ...more: string[]) => run('hook', 'add', ...corp, '--agentid', agentid, '--kind', kind, ...more)
  for (const [kind, secret, message] of [
    ['tencent-meeting', '', '--secret: expected the Token of the 腾讯会议 subscription'],
    ['tencent-meeting', 'token:short', 'Token:EncodingAESKey with a key of 43 characters'],
    ['classin', '', '--secret: expected the SECRET of the school at ClassIn'],
    ['zoom', '', '--secret: expected the Secret Token of the Zoom app'],
  ] as const) {
    const { code, stderr } = await add(kind, ...(secret ? ['--secret', secret] : []))
    assert.equal(code, 1)
    assert.ok(stderr.includes(message), stderr)
    assert.ok(!secret || !stderr.includes(secret))
  }
  const added = await add('tencent-meeting', '--secret', 'aToken', '--base', 'https://school.example/')
  assert.match(JSON.parse(added.stdout).url, /^https:\/\/school\.example\/v1\/hooks\/tencent-meeting\?key=.{43}$/)
  assert.ok(!added.stdout.includes('aToken'))

  const binding = [...corp, '--kind', 'tencent-meeting']
  const bound = { kind: 'tencent-meeting', meeting: '445999969', livingid }
  assert.deepEqual(JSON.parse((await run('hook', 'bind', '445-999-969', livingid, ...binding)).stdout), bound)
  await run('hook', 'bind', '445 999 969', livingid, ...binding)
  assert.deepEqual(JSON.parse((await run('hook', 'bindings', ...corp)).stdout), [bound])
  assert.deepEqual(JSON.parse((await run('hook', 'unbind', '445999969', livingid, ...binding)).stdout), bound)
  assert.deepEqual(JSON.parse((await run('hook', 'bindings', ...corp)).stdout), [])
  const again = await run('hook', 'unbind', '445999969', livingid, ...binding)
  assert.deepEqual([again.code, again.stdout], [1, ''])
  assert.match(again.stderr, /445999969 is not bound to/)
})

test('polyv pull takes the plays of a channel, and its secret comes from a file', async () => {
  using place = folder()
  const { run, env, livingid, server, client, start } = await school(place)
  await using _ = server
  const record = { playId: 'p1', param1: 'li', param2: '李雷', param3: 'live', playDuration: 300, firstActiveTime: (start + 60) * 1000 }
  const far = createServer((_request, response) =>
    response.end(JSON.stringify({ code: 200, status: 'success', data: { totalItems: 1, contents: [record] } })),
  )
  await new Promise<void>((resolve) => void far.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(far.address() as AddressInfo).port}`
  const pull = ['polyv', 'pull', '--corp', 'wwschool', '--living', livingid, '--channel', '1965681', '--base', base]
  try {
    assert.match((await run(...pull)).stderr, /--polyv-app-id \(ROLLCALL_POLYV_APP_ID\): expected the appId/)
    assert.match((await run(...pull, '--polyv-app-id', 'a')).stderr, /--polyv-secret-file \(ROLLCALL_POLYV_SECRET_FILE\): expected a file/)
    const file = join(place.path, 'polyv')
    writeFileSync(file, '\n')
    const given = { ...env, ROLLCALL_POLYV_APP_ID: 'a', ROLLCALL_POLYV_SECRET_FILE: file }
    assert.match((await rollcall(pull, { env: given })).stderr, /expected the appSecret on the first line/)
    writeFileSync(file, 'the-secret\n')
    const { code, stdout, stderr } = await rollcall(pull, { env: given })
    assert.equal(code, 0, stderr)
    const { living, records, viewers, visitors, complete } = JSON.parse(stdout)
    assert.deepEqual([living, records, viewers, visitors, complete], [livingid, 1, 1, 0, false])
    const { students } = (await client.getWatchStatV2({ livingid })).stat_info
    assert.deepEqual(
      students.map(({ student_userid, watch_time }) => [student_userid, watch_time]),
      [['li', 300]],
    )
    const nowhere = await rollcall(pull.with(5, 'nothing'), { env: given })
    assert.match(nowhere.stderr, /--living: "nothing" is no living of this school/)
    assert.ok(!`${stdout}${stderr}${nowhere.stderr}`.includes('the-secret'))
  } finally {
    far.close()
  }
})
