import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { Conflict } from '../../src/store/db.ts'
import { openDb, openSnapshot } from '../../src/store/open.ts'
import { must, sql } from '../../src/store/sql.ts'
import { startServer } from '../crash/process.ts'
import { type Database, databases } from '../databases.ts'
import { endAt } from '../livings.ts'
import { needs } from '../programs.ts'
import { makeSchool, unwatchedBy } from '../world.ts'
import { inOtherProcess } from './other_process.ts'
import { program, startPgbouncer, through } from './pgbouncer.ts'

/**
 * In transaction mode, pgbouncer gives each transaction any of its few server connections. So the code must not rely on anything that
 * lives in a PostgreSQL session, such as prepared statements or settings.
 */

const server = process.env.ROLLCALL_TEST_POSTGRES
const { skip } = server ? needs(program) : { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' }
const connections = 3
const bouncer = skip ? undefined : await startPgbouncer(server as string, connections)
const database = through(bouncer?.url ?? '', databases.find(({ name }) => name === 'postgres') as Database)
after(() => bouncer?.[Symbol.asyncDispose]())

async function onServer(text: string, ...values: string[]) {
  const client = new pg.Client(server)
  await client.connect()
  const { rows } = await client.query(text, values)
  await client.end()
  return rows
}

test('through pgbouncer: each migration runs once, however many processes start at the same time', { skip }, async () => {
  const { url, drop } = await database.make()
  const started = await Promise.all(Array.from({ length: 5 }, () => inOtherProcess(url, 'open')))
  for (const { code, stderr } of started) assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  await drop()
})

test('through pgbouncer: two processes together take the presence of a living and answer the same list, also after its end', {
  skip,
}, async () => {
  const students = Array.from({ length: 40 }, (_, index) => `s${index}`)
  await using school = await makeSchool(database, {
    classes: { '3A': Object.fromEntries(students.map((student) => [student, [`m_${student}`]])) },
    pageSize: 7,
  })
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await school.startLiving(['3A'])
  await using second = await startServer(school.url)
  const elsewhere = school.clientAt(second.base)
  const watched = students.slice(0, 30)
  await Promise.all(
    watched.flatMap((student_userid, index) =>
      [0, 1, 2].map((beat) =>
        (index % 2 ? elsewhere : school.client).ours.presence({
          livingid,
          stays: [{ student_userid, stay_id: 'a', enter_time: school.clock.now, leave_time: school.clock.now + beat }],
        }),
      ),
    ),
  )
  const missing = [...students.slice(30), ...students.map((student) => `m_${student}/${student}`)].sort()
  assert.deepEqual(await school.unwatched(livingid), missing)
  assert.deepEqual(await unwatchedBy(elsewhere, livingid), missing)
  school.clock.now += 60
  await endAt(school, school.clock.now, livingid)
  assert.deepEqual(await unwatchedBy(elsewhere, livingid), missing)
  const { stat_info } = await school.client.getWatchStatV2({ livingid })
  assert.equal((await school.client.ours.report({ livingid })).counts?.watched, watched.length)
  for (const { watch_time } of stat_info.students) assert.equal(watch_time, 2)
  const used = await onServer('select count(*) as many from pg_stat_activity where datname = $1', new URL(school.url).pathname.slice(1))
  assert.ok(used[0].many <= connections, `${used[0].many} connections`)
})

test('through pgbouncer: a batch is atomic, `must` undoes it, and its time-out does not leak to other transactions', { skip }, async () => {
  const { url, drop } = await database.make()
  const db = await openDb(url, { pool: 10, timeout: 1 })
  const put = (name: string) => sql`insert into setting (name, value) values (${name}, 'x')`
  await assert.rejects(db.batch([put('a'), must(sql`update setting set value = 'y' where name = 'absent'`)]), Conflict)
  await assert.rejects(db.batch([put('b'), sql`select pg_sleep(20)`]), /timeout/)
  await Promise.all(Array.from({ length: 30 }, (_, index) => db.batch([put(`n${index}`)])))
  assert.equal((await db.all(sql`select name from setting`)).length, 30)
  const timeouts = await Promise.all(Array.from({ length: 10 }, () => db.all(sql`show statement_timeout`)))
  for (const found of timeouts) assert.deepEqual(found, [{ statement_timeout: '0' }])
  await db.close()
  await drop()
})

test('through pgbouncer: a snapshot does not see later writes', { skip }, async () => {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const snapshot = await openSnapshot(url)
  await snapshot.all(sql`select 1 as ok from setting`)
  await db.batch([sql`insert into setting (name, value) values ('later', 'x')`])
  assert.deepEqual(await snapshot.all(sql`select name from setting where name = 'later'`), [])
  await snapshot.close()
  await db.close()
  await drop()
})
