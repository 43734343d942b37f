import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { removeCallback } from '../../src/events/callback.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { makeSchool, type School } from '../world.ts'
import { courierOf, deliver, listen, makeReceiver } from './receiver.ts'

/** Delivery of events to a callback URL: retries, order, several processes, retention. */

type Row = { state: number; attempts: number; status: number | null; error: string | null }
const outbox = async ({ db, corp_no }: School) => {
  const rows = await db.all<Row>(
    sql`select state, attempts, status, error from outbox where corp_no = ${corp_no} order by event_no, agentid`,
  )
  return rows.map((row) => ({ ...row }))
}

/** Creates students one after the other, which makes one event each. */
async function enrol(school: School, ...userids: string[]): Promise<void> {
  const department = [school.classIds['3A'] as number]
  for (const student_userid of userids) await school.client.createStudent({ student_userid, name: 'x', department })
}
const created = (...userids: string[]) => userids.map((userid) => `create_student ${userid}`)

onBoth('an event answered with 200 is delivered once', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  await enrol(school, 'li')
  await deliver(school)
  await deliver(school)
  assert.deepEqual(receiver.summaries(), created('li'))
  assert.deepEqual(await outbox(school), [{ state: 1, attempts: 1, status: 200, error: null }])
})

onBoth('a failing event is tried three times, and later events follow in order', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using receiver = await makeReceiver({ statuses: [500, 500, 500, 503, 200] })
  await listen(school, receiver)
  await enrol(school, 'li', 'wu', 'zhao')
  await deliver(school)
  assert.deepEqual(receiver.summaries(), created('li', 'li', 'li', 'wu', 'wu', 'zhao'))
  assert.deepEqual(await outbox(school), [
    { state: 2, attempts: 3, status: 500, error: 'HTTP 500, expected 200' },
    { state: 1, attempts: 2, status: 200, error: null },
    { state: 1, attempts: 1, status: 200, error: null },
  ])
})

test('a redirect is a failure and is not followed', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} } })
  await using elsewhere = await makeReceiver()
  await using receiver = await makeReceiver({ statuses: [302], location: elsewhere.url })
  await listen(school, receiver)
  await enrol(school, 'li')
  await deliver(school)
  assert.equal(receiver.got.length, 3)
  assert.deepEqual(elsewhere.got, [])
  assert.deepEqual(await outbox(school), [{ state: 2, attempts: 3, status: 302, error: 'HTTP 302, expected 200' }])
})

test('a time-out and a refused connection are recorded as failures with their reason', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} } })
  const receiver = await makeReceiver()
  await listen(school, receiver)
  receiver.behaviour.delayMs = 500
  await enrol(school, 'li')
  await deliver(school, { timeoutMs: 100 })
  assert.equal(receiver.got.length, 3)
  await receiver[Symbol.asyncDispose]()
  await enrol(school, 'wu')
  await deliver(school)
  const [late, refused] = await outbox(school)
  assert.deepEqual(late, { state: 2, attempts: 3, status: null, error: 'no answer in 0.1 s' })
  assert.deepEqual([refused?.state, refused?.attempts, refused?.status], [2, 3, null])
  assert.match(refused?.error ?? '', /ECONNREFUSED/)
})

onBoth('couriers of several processes deliver every event once, and in order for each app', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using second = await anotherServer(school)
  await using third = await anotherServer(school)
  await using receivers = new AsyncDisposableStack()
  const heard = []
  for (const app of [school.app, await school.makeApp('self-built', ['contacts_read'])]) {
    const receiver = receivers.use(await makeReceiver({ delayMs: 2 }))
    await listen(school, receiver, app)
    heard.push(receiver)
  }
  const userids = Array.from({ length: 12 }, (_, index) => `s${index}`)
  await enrol(school, ...userids)
  const couriers = [school.db, second.db, third.db].map((db) => courierOf({ db, secrets: school.secrets, clock: school.clock }))
  await Promise.all(couriers.map((courier) => courier.tick()))
  await Promise.all(couriers.map((courier) => courier.idle()))
  for (const receiver of heard) assert.deepEqual(receiver.summaries(), created(...userids))
})

onBoth('the lease of a process that died is taken over when it expires, and not before', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  await enrol(school, 'li')
  await school.db.batch([sql`update callback set lease_until = ${school.clock.now + 30} where corp_no = ${school.corp_no}`])
  school.clock.now += 29
  await deliver(school)
  assert.deepEqual(receiver.summaries(), [])
  school.clock.now += 1
  await deliver(school)
  assert.deepEqual(receiver.summaries(), created('li'))
})

test('a receiver that does not answer delays no other receiver', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} } })
  await using dead = await makeReceiver()
  await using alive = await makeReceiver()
  await listen(school, dead)
  await listen(school, alive, await school.makeApp('self-built', ['contacts_read']))
  dead.behaviour.delayMs = 60_000
  await enrol(school, 'li', 'wu')
  const courier = courierOf(school, { timeoutMs: 5000 })
  await courier.tick()
  // less than the timeout, in steps: a machine under load takes longer than an idle one
  for (const until = Date.now() + 4000; alive.summaries().length < 2 && Date.now() < until; ) await pass(20)
  assert.deepEqual(alive.summaries(), created('li', 'wu'))
  await courier.stop()
})

test('a courier that stops finishes and records the current attempt, and leaves the rest to others', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  receiver.behaviour.delayMs = 200
  await enrol(school, 'li', 'wu')
  const courier = courierOf(school)
  await courier.tick()
  while (receiver.got.length === 0) await pass(5)
  await courier.stop()
  assert.deepEqual(
    (await outbox(school)).map((row) => row.state),
    [1, 0],
  )
  await deliver(school)
  assert.deepEqual(receiver.summaries(), created('li', 'wu'))
})

onBoth('events older than a week are deleted', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  await enrol(school, 'li')
  await deliver(school)
  school.clock.now += 7 * 86_400
  await deliver(school)
  assert.equal((await outbox(school)).length, 1)
  school.clock.now += 1
  await deliver(school)
  assert.equal((await outbox(school)).length, 0)
})

onBoth('a removed callback receives nothing more, not even events that were waiting', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  await enrol(school, 'li')
  await removeCallback(school.db, school.corpid, school.app.agentid)
  await enrol(school, 'wu')
  await deliver(school)
  await listen(school, receiver)
  await enrol(school, 'zhao')
  await deliver(school)
  assert.deepEqual(receiver.summaries(), created('zhao'))
  await removeCallback(school.db, school.corpid, school.app.agentid)
  await assert.rejects(removeCallback(school.db, school.corpid, school.app.agentid), /has no callback/)
})
