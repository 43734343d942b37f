import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { send, tokenOf } from '../http/raw.ts'
import { folder, rollcall, rollcallJson, serve } from './command.ts'

/** The commands `rollcall corp` and `rollcall app`. */
type App = { corpid: string; agentid: number; secret: string }

test('corp add and app add create a missing database and print JSON', async () => {
  using place = folder()
  const on = ['--database', place.database]
  const corp = await rollcall(['corp', 'add', 'wwschool', '--name', '实验小学', ...on])
  assert.deepEqual(corp, { code: 0, stdout: '{"corpid":"wwschool","name":"实验小学","legacy":false}\n', stderr: '' })
  const app = await rollcallJson<App>('app', 'add', '--corp', 'wwschool', '--kind', 'self-built', '--grant', 'living_api,parent_app', ...on)
  assert.deepEqual(Object.keys(app), ['corpid', 'agentid', 'secret'])
  assert.deepEqual([app.corpid, app.agentid], ['wwschool', 1_000_002])
  assert.match(app.secret, /^[A-Za-z0-9_-]{43}$/)
  const chosen = await rollcallJson<App>(
    'app',
    'add',
    '--corp',
    'wwschool',
    '--kind',
    'delegated',
    '--name',
    '点名',
    '--agentid',
    '7',
    ...on,
  )
  assert.equal(chosen.agentid, 7)
  const listed = await rollcall(['app', 'list', '--corp', 'wwschool', ...on])
  assert.deepEqual(JSON.parse(listed.stdout), [
    { corpid: 'wwschool', agentid: 7, kind: 'delegated', name: '点名', grants: [], disabled: false },
    {
      corpid: 'wwschool',
      agentid: 1_000_002,
      kind: 'self-built',
      name: 'self-built 1000002',
      grants: ['living_api', 'parent_app'],
      disabled: false,
    },
  ])
  assert.ok(!listed.stdout.includes(app.secret))
})

test('a wrong command line is explained on stderr with exit code 1 and an empty stdout', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database }
  await rollcall(['corp', 'add', 'wwschool'], { env })
  await rollcall(['app', 'add', '--corp', 'wwschool', '--kind', 'delegated', '--agentid', '7'], { env })
  const mistakes: Record<string, RegExp> = {
    'corp add wwschool': /corp wwschool exists already/,
    'app add --corp wwnobody --kind delegated': /no corp "wwnobody": add it with "rollcall corp add wwnobody"/,
    'app add --corp wwschool --kind robot': /--kind: expected self-built, delegated, third-party, system, got "robot"/,
    'app add --corp wwschool --kind delegated --agentid 7': /app 7 of wwschool exists already/,
    'app add --corp wwschool --kind self-built --grant live': /a self-built app cannot hold live; it takes living_api, parent_app/,
    'app grant --corp wwschool --agentid 7 --grant living_api':
      /a delegated app cannot hold living_api; it takes live, school, school_edit/,
    'app revoke --corp wwschool --agentid 7': /required option '--grant <grants>' not specified/,
    'app disable --corp wwschool --agentid 8': /no app 8/,
    nonsense: /unknown command 'nonsense'/,
  }
  const ran = await Promise.all(Object.keys(mistakes).map((line) => rollcall(line.split(' '), { env })))
  for (const [index, [line, message]] of Object.entries(mistakes).entries()) {
    const { code, stdout, stderr } = ran[index] as (typeof ran)[number]
    assert.match(stderr, message, line)
    assert.deepEqual([code, stdout], [1, ''], line)
    assert.ok(!stderr.includes('    at '), line)
  }
})

test('what a command changes takes effect on a running server within a second', async () => {
  using place = folder()
  const on = ['--database', place.database]
  await using server = await serve(on)
  await rollcallJson('corp', 'add', 'wwschool', ...on)
  const app = await rollcallJson<App>('app', 'add', '--corp', 'wwschool', '--kind', 'self-built', ...on)
  const token = await tokenOf(server.url, app)
  const list = async (with_: string) =>
    (await send(server.url, `/cgi-bin/school/department/list?access_token=${with_}`, { method: 'GET' })).answer.errcode
  const change = (verb: string, ...more: string[]) =>
    rollcallJson<App & { grants: string[]; disabled: boolean }>(
      'app',
      verb,
      '--corp',
      'wwschool',
      '--agentid',
      `${app.agentid}`,
      ...more,
      ...on,
    )
  const second = () => pass(1000)

  assert.equal(await list(token), 48002)
  assert.deepEqual((await change('grant', '--grant', 'contacts_read,living_api')).grants, ['contacts_read', 'living_api'])
  await second()
  assert.equal(await list(token), 0)
  assert.deepEqual((await change('revoke', '--grant', 'contacts_read')).grants, ['living_api'])
  await second()
  assert.equal(await list(token), 48002)
  assert.equal((await change('disable')).disabled, true)
  await second()
  assert.equal(await list(token), 40014)
  assert.equal((await change('enable')).disabled, false)
  assert.equal(await list(token), 40014)
  const fresh = await tokenOf(server.url, app)
  const rotated = await change('rotate-secret')
  await second()
  assert.equal(await list(fresh), 40014)
  assert.equal(await list(await tokenOf(server.url, rotated)), 48002)
})
