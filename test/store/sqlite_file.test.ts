import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, rollcall, serve } from '../cli/command.ts'
import { send } from '../http/raw.ts'

/** The database as a file: who may read it, and what happens when it is taken away. */
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('database, backup, lists and new folders are for their owner alone, also where the umask is open', async () => {
  using place = folder()
  process.umask(0o022)
  {
    await using server = await serve(['--demo', '--database', place.database])
    assert.equal((await send(server.url, '/readyz', { method: 'GET' })).status, 200)
    const env = { ROLLCALL_BASE: server.url, ROLLCALL_CORP: 'wwdemo', ROLLCALL_SECRET: 'demo-secret' }
    for (const [format, file] of [
      ['csv', 'list.csv'],
      ['xlsx', 'list.xlsx'],
    ])
      assert.equal(
        (await rollcall(['unwatched', 'livingid1', '--format', format as string, '--output', join(place.path, file as string)], { env }))
          .code,
        0,
      )
    assert.equal((await rollcall(['backup', join(place.path, 'backup.db'), '--database', place.database])).code, 0)
    const files = readdirSync(place.path)
    for (const name of ['rollcall.db', 'rollcall.db-wal', 'rollcall.db-shm', 'backup.db', 'list.csv', 'list.xlsx'])
      assert.ok(files.includes(name), `${name} is not among ${files}`)
    for (const name of files) assert.equal(modeOf(join(place.path, name)), '600', name)
  }
})

test('a database that everybody could read is for its owner alone once it is opened', async () => {
  using place = folder()
  assert.equal((await rollcall(['corp', 'add', 'wwa', '--name', 'a', '--database', place.database])).code, 0)
  chmodSync(place.database, 0o644)
  await using _ = await serve(['--database', place.database])
  for (const suffix of ['', '-wal', '-shm']) assert.equal(modeOf(place.database + suffix), '600', suffix)
})

for (const taken of ['deleted', 'replaced'] as const)
  test(`once the database file is ${taken}, nothing is acknowledged and /readyz says so`, async () => {
    using place = folder()
    await using server = await serve(['--demo', '--database', place.database, '--log-level', 'fatal'])
    const token = (await send(server.url, '/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret', { method: 'GET' })).answer.access_token
    if (taken === 'deleted') rmSync(place.database)
    else renameSync(place.database, `${place.database}.moved`)
    assert.equal(existsSync(place.database), false)
    const { answer } = await send(server.url, `/cgi-bin/school/department/create?access_token=${token}`, {
      body: JSON.stringify({ name: '四年级', parentid: 1, type: 2 }),
    })
    assert.equal(answer.errcode, -1)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    assert.equal((await send(server.url, '/readyz', { method: 'GET' })).status, 503)
  })
