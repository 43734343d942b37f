import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { openDb } from '../../src/store/open.ts'
import { keyFilePath } from '../../src/store/secret_key_file.ts'
import { sql } from '../../src/store/sql.ts'
import { startServer } from '../crash/process.ts'
import { type Database, databases, onBoth, sqlite } from '../databases.ts'
import { needs } from '../programs.ts'
import { root } from '../source.ts'
import { makeSchool, type School } from '../world.ts'
import { folder, rollcall, rollcallJson, start } from './command.ts'

/** `rollcall move` and `rollcall backup`, run while a server writes to the database. */

const students = Array.from({ length: 50 }, (_, index) => `p${index}`)
const classes = { '3A': Object.fromEntries(students.map((student) => [student, [`m_${student}`]])) }
type Copied = { tables: { table: string; rows: number; checksum: string }[] }
const copiedOf = ({ tables }: Copied, table: string) => tables.find((each) => each.table === table)?.rows

const noServer = process.env.ROLLCALL_TEST_POSTGRES ? {} : { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' }

/** Inserts `count` stays of viewers that do not exist, so that a copy takes long enough to be killed. */
const manyStays = ({ corp_no }: School, count: number) => sql`
  insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
  with recursive n(no) as (select 1 union all select no + 1 from n where no < ${count})
  select ${corp_no}, 1, no, 0, 'a', 1, 2, 0, 'api' from n where true`

test('a killed move continues when it is run again, and a further run copies what was written meanwhile', noServer, async () => {
  await using school = await makeSchool({ ...sqlite }, { classes, living: ['3A'] })
  await school.db.batch([manyStays(school, 120_000)])
  const { url, drop } = await (databases.find(({ name }) => name === 'postgres') as Database).make()
  const target = await openDb(url)
  const there = async () => (await target.all<{ many: number }>(sql`select count(*) as many from stay`))[0]?.many as number
  const { child } = start(['move', '--from', school.url, '--to', url], {})
  while ((await there()) === 0) await pass(5)
  child.kill('SIGKILL')
  await pass(200)
  assert.ok((await there()) < 120_000, 'it was killed in the middle')
  await school.watch('p1')
  const again = await rollcallJson<Copied>('move', '--from', school.url, '--to', url)
  assert.equal(copiedOf(again, 'stay'), 120_001)
  assert.equal(copiedOf(again, 'attendance'), 100)
  for (const { table, checksum } of again.tables) assert.match(checksum, /^[0-9a-f]{16}$/, table)
  await school.watch('p2')
  const last = await rollcallJson<Copied>('move', '--from', school.url, '--to', url)
  assert.equal(await there(), 120_002)
  const changed = last.tables.filter(({ table, checksum }) => again.tables.find((each) => each.table === table)?.checksum !== checksum)
  assert.deepEqual(changed.map(({ table }) => table).sort(), ['attendance', 'register', 'register_block', 'stay'])
  await target.close()
  await drop()
})

onBoth('a backup during reports contains complete reports, and all that were acknowledged before it began', async (database) => {
  using place = folder()
  await using school = await makeSchool(database, { classes })
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await school.startLiving(['3A'])
  await using server = await startServer(school.url)
  const client = school.clientAt(server.base)
  const acknowledged: string[] = []
  let isOver = false
  const reports = (async () => {
    for (let no = 0; !isOver; no++) {
      const stays = students.map((student_userid) => ({ student_userid, stay_id: `r${no}`, enter_time: school.clock.now }))
      await client.ours.presence({ livingid, stays })
      acknowledged.push(`r${no}`)
    }
  })()
  while (acknowledged.length < 5) await pass(2)
  const before = [...acknowledged]
  const file = join(place.path, 'backup.db')
  await rollcallJson('backup', file, '--database', school.url)
  assert.ok(acknowledged.length > before.length, 'the server went on meanwhile')
  isOver = true
  await reports
  const copy = await openDb(file)
  const found = await copy.all<{ stay_id: string; stays: number }>(
    sql`select stay_id, count(*) as stays from stay where corp_no = ${school.corp_no} group by stay_id`,
  )
  await copy.close()
  const kept = new Map(found.map((row) => [row.stay_id, row.stays]))
  for (const stay_id of before) assert.ok(kept.has(stay_id), stay_id)
  for (const [stay_id, stays] of kept) assert.equal(stays, students.length, stay_id)
  // a server can run on the backup without further steps
  await using restored = await startServer(file, '--secret-key-file', keyFilePath(school.url))
  const { counts } = await school.clientAt(restored.base).ours.report({ livingid })
  assert.equal(counts?.watched, students.length)
})

test('a move into a database with another school is refused', async () => {
  using place = folder()
  await using school = await makeSchool({ ...sqlite }, { classes })
  const other = join(place.path, 'other.db')
  await rollcallJson('corp', 'add', 'wwother', '--database', other)
  const { code, stderr } = await rollcall(['move', '--from', school.url, '--to', other])
  assert.equal(code, 1)
  assert.match(stderr, /holds another school/)
})

test('a move shows a progress bar on stderr in a terminal, and none in a pipe', needs('script'), async () => {
  using place = folder()
  await using school = await makeSchool({ ...sqlite }, { classes })
  // the bar is drawn every 80 ms, and a copy of the school alone may take less
  await school.db.batch([manyStays(school, 50_000)])
  const see = (to: string, more: string) =>
    execFileSync(
      'script',
      [
        '-qec',
        `stty cols 80; ${process.execPath} bin/rollcall.js move --from ${school.url} --to ${join(place.path, to)} ${more}`,
        '/dev/null',
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, TERM: 'xterm-256color' } },
    )
  assert.match(see('a.db', '>/dev/null'), /━/)
  const piped = see('b.db', '2>&1 >/dev/null | cat').trim()
  assert.match(piped, /^start the server on the new database with the key file of the old one/)
  assert.doesNotMatch(piped, /\n/)
})
