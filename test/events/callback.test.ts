import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { appCommand } from '../../src/cli/app.ts'
import { suiteCommand } from '../../src/cli/suite.ts'
import { setCallback } from '../../src/events/callback.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { root } from '../source.ts'
import { makeSchool } from '../world.ts'
import { aes_key, deliver, listen, makeReceiver, token } from './receiver.ts'

const run = promisify(execFile)

onBoth('a callback URL is tried with an encrypted, signed echostr before it is stored', async (database) => {
  await using school = await makeSchool(database)
  await using receiver = await makeReceiver()
  const set = await listen(school, receiver)
  assert.deepEqual(set, { corpid: school.corpid, agentid: school.app.agentid, url: receiver.url, token, aes_key })
  assert.equal(receiver.tried.length, 1)
  assert.match(receiver.tried[0] ?? '', /^\d{13}$/)
})

test('a callback URL that answers anything but the exact plaintext is refused and not stored', async () => {
  await using school = await makeSchool(sqlite)
  for (const echo of [
    (plain: string) => `"${plain}"`,
    (plain: string) => `${plain}\n`,
    (plain: string) => `\ufeff${plain}`,
    () => 'success',
  ]) {
    await using receiver = await makeReceiver({ echo })
    await assert.rejects(listen(school, receiver), /plaintext of echostr and nothing else/)
  }
  await assert.rejects(listen(school, { url: 'http://127.0.0.1:1/' }), /cannot be asked: .*ECONNREFUSED/)
  assert.deepEqual(await school.db.all(sql`select * from callback where corp_no = ${school.corp_no}`), [])
})

test('a private address is refused as callback URL unless the setting allows it', async () => {
  await using school = await makeSchool(sqlite)
  await using receiver = await makeReceiver()
  const asked = { corpid: school.corpid, agentid: school.app.agentid, url: receiver.url, token, aes_key }
  await assert.rejects(
    setCallback(school.db, school.secrets, asked, school.clock.now, { allowPrivate: false }),
    /--callback-private allows those/,
  )
  assert.deepEqual(receiver.tried, [])
  await listen(school, receiver)
  await school.client.departmentCreate({ name: '一年级', parentid: 1, type: 2 })
  await deliver(school, { allowPrivate: false })
  assert.deepEqual(receiver.got, [])
})

test('a token or EncodingAESKey of the wrong form is refused', async () => {
  await using school = await makeSchool(sqlite)
  const set = (more: object) =>
    setCallback(
      school.db,
      school.secrets,
      { corpid: school.corpid, agentid: school.app.agentid, url: 'http://127.0.0.1:1/', ...more },
      school.clock.now,
      {
        allowPrivate: true,
      },
    )
  for (const bad of ['', 'x'.repeat(33), 'a-b']) await assert.rejects(set({ token: bad }), /--token: expected 1-32 letters and digits/)
  for (const bad of ['x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}+`])
    await assert.rejects(set({ aes_key: bad }), /--aes-key: expected 43 letters and digits/)
})

test('without a token and key, the command derives them, the same each time, and shows them when the trial fails', async () => {
  await using school = await makeSchool(sqlite)
  const other = await school.makeApp()
  await using receiver = await makeReceiver({ echo: () => 'who are you' })
  const made = async (agentid: number) => {
    const error = await setCallback(school.db, school.secrets, { corpid: school.corpid, agentid, url: receiver.url }, school.clock.now, {
      allowPrivate: true,
    }).catch((thrown: Error) => thrown)
    assert.ok(error instanceof Error)
    return /token ([A-Za-z0-9]{32}), EncodingAESKey ([A-Za-z0-9]{43})\)/.exec(error.message)?.slice(1)
  }
  const first = await made(school.app.agentid)
  assert.equal(first?.length, 2)
  assert.equal(Buffer.from(`${first?.[1]}=`, 'base64').toString('base64'), `${first?.[1]}=`)
  assert.deepEqual(await made(school.app.agentid), first)
  assert.notDeepEqual(await made(other.agentid), first)
})

test('the commands of suites and callbacks print JSON', async () => {
  await using school = await makeSchool(sqlite)
  await using receiver = await makeReceiver()
  const { corpid, url: database } = school
  const rollcall = async (...words: string[]) => {
    const { stdout } = await run(process.execPath, [join(root, 'bin/rollcall.js'), ...words, '--database', database])
    return JSON.parse(stdout)
  }
  const { suite_id, suite_secret } = await rollcall('suite', 'add', 'wwsuite', '--kind', 'third-party', '--grant', 'live,school')
  assert.equal(suite_id, 'wwsuite')
  assert.match(suite_secret, /^[A-Za-z0-9_-]{43}$/)
  const [{ suite_ticket }, { agentid, auth_code }] = await Promise.all([
    rollcall('suite', 'ticket', 'wwsuite'),
    rollcall('suite', 'authorize', 'wwsuite', '--corp', corpid, '--agentid', '7'),
  ])
  assert.match(suite_ticket, /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual([agentid, auth_code.length], [7, 64])
  const callback = ['app', 'callback', '--corp', corpid, '--agentid', '7']
  const set = await rollcall(...callback, '--url', receiver.url, '--token', token, '--aes-key', aes_key, '--callback-private')
  assert.deepEqual(set, { corpid, agentid, url: receiver.url, token, aes_key })
  assert.deepEqual(await rollcall(...callback, '--remove'), { corpid, agentid, url: null })
})

test('a running server delivers waiting events and still stops on SIGTERM', async () => {
  await using school = await makeSchool(sqlite)
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  await school.client.departmentCreate({ name: '一年级', parentid: 1, type: 2 })
  const words = ['serve', '--port', '0', '--database', school.url, '--log-level', 'error', '--callback-private']
  const server = spawn(process.execPath, [join(root, 'bin/rollcall.js'), ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(server, 'exit')
  while (receiver.got.length === 0 && server.exitCode === null) await pass(50)
  assert.deepEqual(receiver.summaries(), ['create_department 2'])
  server.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

test('the help of the commands of suites and callbacks has an example', () => {
  const named = (command: Command, name: string) => command.commands.find((each) => each.name() === name) as Command
  const [suite, app] = [suiteCommand(), appCommand()]
  for (const command of [named(suite, 'add'), named(suite, 'ticket'), named(suite, 'authorize'), named(app, 'callback')]) {
    let help = ''
    command
      .configureOutput({
        writeOut: (text) => {
          help += text
        },
      })
      .outputHelp()
    assert.match(help, new RegExp(`Example:\\n {2}rollcall (suite|app) ${command.name()} `))
  }
})
