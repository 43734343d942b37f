import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeGrants, disableApp } from '../../src/access/apps.ts'
import { settleAll } from '../../src/living/life.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSuite } from '../suites.ts'
import { makeSchool, type School } from '../world.ts'
import { deliver, listen, makeReceiver } from './receiver.ts'

/** Which events are sent to which apps. */

/** How many events of a school wait for delivery. */
const waiting = async ({ db, corp_no }: School) =>
  (await db.all<{ n: number }>(sql`select count(*) as n from outbox where corp_no = ${corp_no} and state = 0`))[0]?.n

onBoth('events tell when a living is reserved, started and ended, signed, encrypted, and from its anchor', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  const livingid = await reserve(school, ['3A'])
  school.clock.now += 10
  await school.client.ours.start({ livingid })
  school.clock.now += 10
  await school.client.ours.end({ livingid })
  await deliver(school)
  assert.deepEqual(receiver.summaries(), [`0 ${livingid}`, `1 ${livingid}`, `2 ${livingid}`])
  const [first, second] = receiver.got
  assert.ok(receiver.got.every(({ isSigned, receiveid }) => isSigned && receiveid === school.corpid))
  assert.deepEqual(Object.keys(first?.envelope ?? {}), ['ToUserName', 'AgentID', 'Encrypt'])
  assert.equal(first?.envelope.ToUserName, school.corpid)
  assert.equal(first?.envelope.AgentID, String(school.app.agentid))
  assert.deepEqual(second?.fields, {
    ToUserName: school.corpid,
    FromUserName: 'wang',
    CreateTime: String(school.clock.now - 10),
    MsgType: 'event',
    Event: 'living_status_change',
    LivingId: livingid,
    Status: '1',
    AgentID: String(school.app.agentid),
  })
})

onBoth('a repeated call, a corrected time and an expiry send a self-built app no event, and cancelling sends one', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  await using receiver = await makeReceiver()
  const [held, cancelled, forgotten] = [await reserve(school, ['3A']), await reserve(school, ['3A']), await reserve(school, ['3A'])]
  await listen(school, receiver)
  school.clock.now += 100
  for (const at of [school.clock.now, school.clock.now, school.clock.now - 50]) await school.client.ours.start({ livingid: held, at })
  await school.client.livingCancel({ livingid: cancelled })
  school.clock.now += 86_400
  await settleAll(school.db, school.clock.now, { endGrace: 1800, presenceStarts: true })
  await deliver(school)
  assert.deepEqual(receiver.summaries(), [`1 ${held}`, `4 ${cancelled}`, `2 ${held}`])
  assert.ok(forgotten)
})

onBoth('an expired living is reported with status 3 to a third-party app, and not to a delegated one', async (database) => {
  for (const kind of ['third-party', 'delegated'] as const) {
    await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, kind })
    await using receiver = await makeReceiver()
    const livingid = await reserve(school, ['3A'])
    await listen(school, receiver)
    await listen(school, receiver, await school.makeApp('third-party'))
    school.clock.now += 86_400
    await settleAll(school.db, school.clock.now, { endGrace: 1800, presenceStarts: true })
    await deliver(school)
    assert.deepEqual(receiver.summaries(), kind === 'third-party' ? [`3 ${livingid}`] : [])
    assert.equal(receiver.got[0]?.fields.AgentID, kind === 'third-party' ? String(school.app.agentid) : undefined)
  }
})

onBoth('only the app that created a living gets its events', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  await using receiver = await makeReceiver()
  await listen(school, receiver, await school.makeApp())
  await reserve(school, ['3A'])
  assert.equal(await waiting(school), 0)
})

onBoth('events tell when contacts are created, changed and deleted; a new userid is sent with the old one', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: [] } } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  const { client, classIds } = school
  const department = [classIds['3A'] as number]
  const { id } = await client.departmentCreate({ name: '3B', parentid: 2, type: 1 })
  await client.departmentUpdate({ id, name: '3C' })
  await client.departmentUpdate({ id, new_id: 99 })
  await client.departmentDelete({ id: 99 })
  await client.createStudent({ student_userid: 'An', name: 'An', department })
  await client.updateStudent({ student_userid: 'an', new_student_userid: 'anna' })
  await client.createParent({ parent_userid: 'dad', mobile: '13900000000', children: [{ student_userid: 'anna', relation: '爸爸' }] })
  await client.updateParent({ parent_userid: 'dad', new_parent_userid: 'papa', children: [{ student_userid: 'wu', relation: '爸爸' }] })
  await client.updateParent({ parent_userid: 'papa', mobile: '13900000001' })
  await client.deleteParent({ userid: 'papa' })
  await client.deleteStudent({ userid: 'anna' })
  await deliver(school)
  assert.deepEqual(receiver.summaries(), [
    `create_department ${id}`,
    `update_department ${id}`,
    `update_department ${id} 99`,
    'delete_department 99',
    'create_student An',
    'update_student An anna',
    'create_parent dad',
    'update_student anna',
    'update_parent dad papa',
    'update_student anna',
    'update_student wu',
    'update_parent papa',
    'update_student wu',
    'delete_parent papa',
    'update_student wu',
    'delete_student anna',
  ])
  const { fields } = receiver.got[0] ?? {}
  assert.deepEqual(fields, {
    ToUserName: school.corpid,
    FromUserName: 'sys',
    CreateTime: String(school.clock.now),
    MsgType: 'event',
    Event: 'change_school_contact',
    ChangeType: 'create_department',
    Id: String(id),
  })
})

onBoth('a changed subscription of a parent sends an event, and one of a student sends none', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } }, silent: ['wu_dad'] })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  const say = (parent_userid: string, is_subscribe: number) =>
    school.client.ours.subscriptions({ parents: [{ parent_userid, is_subscribe }], students: [{ student_userid: 'li', is_subscribe }] })
  for (const flag of [1, 0, 0, 1]) await say('li_mum', flag)
  await say('WU_DAD', 1)
  await deliver(school)
  assert.deepEqual(receiver.summaries(), ['unsubscribe li_mum', 'subscribe li_mum', 'subscribe wu_dad'])
})

onBoth('a batch sends no event for a failed item, and one event for a student named twice', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  await using receiver = await makeReceiver()
  await listen(school, receiver)
  const department = [school.classIds['3A'] as number]
  await school.client
    .batchCreateStudent({ students: ['li', 'wu', 'zhao'].map((student_userid) => ({ student_userid, name: 'x', department })) })
    .catch(() => {})
  await school.client.batchUpdateStudent({
    students: [
      { student_userid: 'wu', name: 'y' },
      { student_userid: 'wu', name: 'z' },
    ],
  })
  await deliver(school)
  assert.deepEqual(receiver.summaries(), ['create_student wu', 'create_student zhao', 'update_student wu'])
})

onBoth('contact events go to every app with a callback and a grant to read contacts, and to no other', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': {} } })
  const held = [['contacts_read'], ['parent_app'], ['contacts_edit'], ['living_api'], []]
  const apps = await Promise.all(held.map((grants) => school.makeApp('self-built', grants)))
  const suiteApps = [await school.makeApp('delegated', ['school']), await school.makeApp('third-party', ['school_edit'])]
  await school.makeApp('delegated', ['live'])
  await using receiver = await makeReceiver()
  for (const app of [...apps, ...suiteApps]) await listen(school, receiver, app)
  const disabled = await school.makeApp('self-built', ['contacts_read'])
  await listen(school, receiver, disabled)
  await disableApp(school.db, school.corpid, disabled.agentid, true)
  await changeGrants(school.db, school.corpid, apps[1]?.agentid as number, 'revoke', 'parent_app')
  await school.client.createStudent({ student_userid: 'li', name: 'li', department: [school.classIds['3A'] as number] })
  await deliver(school)
  const agentids = receiver.got.map(({ envelope }) => Number(envelope.AgentID)).sort()
  assert.deepEqual(agentids, [apps[0], apps[2], ...suiteApps].map((app) => app?.agentid).sort())
})

test('the envelope and the encrypted message for a third-party app name its suite', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} } })
  await using receiver = await makeReceiver()
  const suite = await makeSuite(school, 'third-party', 'school')
  await listen(school, receiver, await suite.scan())
  await school.client.createStudent({ student_userid: 'li', name: 'li', department: [school.classIds['3A'] as number] })
  await deliver(school)
  const [first] = receiver.got
  assert.deepEqual([first?.fields.SuiteId, first?.envelope.ToUserName, first?.receiveid], Array(3).fill(suite.suite_id))
  assert.equal(first?.fields.AuthCorpId, school.corpid)
})

onBoth('a school without callbacks stores no event and uses no event number', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
  const [corp] = await school.db.all<{ last_event_no: number }>(sql`select last_event_no from corp where corp_no = ${school.corp_no}`)
  assert.equal(corp?.last_event_no, 0)
  assert.equal(await waiting(school), 0)
})
