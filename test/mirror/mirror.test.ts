import assert from 'node:assert/strict'
import { addApp, corpOf } from '../../src/access/apps.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { addAccount } from '../../src/console/accounts.ts'
import { openSession } from '../../src/console/session.ts'
import { settleAll } from '../../src/living/life.ts'
import { onBoth } from '../databases.ts'
import { answersOf, contactsOf, farSchool, mirrorOf } from './far_school.ts'

/** A second Rollcall plays WeCom ("far"). The mirror ("here") must answer every call as the far server does. */

onBoth('both lists, the report and the details equal those of the far server, including seconds watched', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  far.clock.now += 300
  const { livings, roster } = await here.pull({ livingids: [far.living] })
  assert.deepEqual(livings, [
    { livingid: far.living, outcome: 'written', theme: '公开课', status: 1, watched: 6, unwatched: 7, changed: 15 },
  ])
  assert.deepEqual(roster, {
    departments: 5,
    students: 7,
    parents: 6,
    changed: { departments: 4, students: 7, left: 0 },
  })
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))
  assert.deepEqual(await contactsOf(await here.ask()), await contactsOf(far.client))
  const watched = await Array.fromAsync((await here.ask()).watched(far.living))
  assert.equal(watched.find((row) => row.student_userid === 'li')?.watch_time, 70, 'although enter and leave are 100 seconds apart')
  const view = { livingid: far.living, min_seconds: 50 }
  const tooShort = async (client: Client) => (await client.ours.report(view)).lines.filter(({ reason }) => reason === 'too_short').length
  assert.equal(await tooShort(await here.ask()), await tooShort(far.client))
})

onBoth('a running living is updated by each pull; one that has long ended is read again only with `again`', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  far.clock.now += 300
  await here.pull({ livingids: [far.living] })
  await far.watch('xi', far.clock.now - 10, {}, far.living)
  await far.watch('wu_mum/wu', far.clock.now - 10, {}, far.living)
  far.clock.now += 30
  assert.equal(
    (await here.pull()).livings[0]?.changed,
    2,
    'a pull that names no living reads those pulled before, and writes only what differs',
  )
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))

  await far.client.ours.end({ livingid: far.living })
  assert.equal((await here.pull()).livings[0]?.outcome, 'written')
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))
  assert.equal((await here.pull()).livings[0]?.outcome, 'written', 'its numbers may still change')
  far.clock.now += 3601
  assert.equal((await here.pull()).livings[0]?.outcome, 'written')
  assert.equal((await here.pull()).livings[0]?.outcome, 'kept')
  const again = (await here.pull({ again: true })).livings[0]
  assert.deepEqual([again?.outcome, again?.changed], ['written', 0])
})

onBoth('the roster follows the far server, and an ended living keeps its lines', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await far.client.ours.end({ livingid: far.living, at: far.clock.now + 250 })
  far.clock.now += 4000
  await here.pull({ livingids: [far.living] })
  const lines = await answersOf(await here.ask(), far.living)
  const { client } = far
  const grade = (await client.departmentCreate({ name: '四年级', parentid: 1, type: 2 })).id
  const added = await client.departmentCreate({ name: '4B', parentid: grade, type: 1 })
  await client.updateStudent({ student_userid: 'wu', name: '吴', department: [far.classIds['3A'] as number, added.id] })
  await client.createStudent({ student_userid: 'new', name: '新', department: [added.id] })
  await client.createParent({ parent_userid: 'new_dad', mobile: '13988888888', children: [{ student_userid: 'new', relation: '爸爸' }] })
  await client.deleteParent({ userid: 'guest_dad' })
  await client.deleteStudent({ userid: 'guest' })
  await client.departmentDelete({ id: far.classIds['4A'] as number })
  await client.departmentUpdate({ id: far.classIds['3B'] as number, name: '3C', department_admins: [{ op: 0, userid: 'chen', type: 3 }] })
  await client.ours.subscriptions({ parents: [{ parent_userid: 'wu_mum', is_subscribe: 0 }] })
  const { roster, livings } = await here.pull()
  assert.equal(livings[0]?.outcome, 'kept')
  assert.deepEqual(roster.changed, { departments: 4, students: 2, left: 1 })
  assert.deepEqual(await contactsOf(await here.ask()), await contactsOf(client))
  const after = await answersOf(await here.ask(), far.living)
  assert.deepEqual([after.unwatched, after.watched, after.unwatchedVersion1], [lines.unwatched, lines.watched, lines.unwatchedVersion1])
  assert.equal((await here.pull()).roster.changed.students, 0, 'unchanged students are not written')
})

onBoth('the lists keep people whom the contacts no longer name', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await far.client.deleteParent({ userid: 'guest_dad' })
  await far.client.deleteStudent({ userid: 'guest' })
  await here.pull({ livingids: [far.living] })
  const [there, mirrored] = [await answersOf(far.client, far.living), await answersOf(await here.ask(), far.living)]
  assert.deepEqual([mirrored.watched, mirrored.unwatched], [there.watched, there.unwatched])
  assert.ok(mirrored.watched.some((row) => row.includes('guest_dad')))
  assert.deepEqual(await contactsOf(await here.ask()), await contactsOf(far.client), 'the roster does not have them')
})

onBoth('a mirrored living cannot be started, ended or changed here, and a roster change does not alter its lines', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await here.pull({ livingids: [far.living] })
  const client = await here.ask()
  const before = await answersOf(client, far.living)
  const { living: livingid } = far
  for (const call of [
    () => client.ours.start({ livingid }),
    () => client.ours.end({ livingid }),
    () => client.ours.presence({ livingid, stays: [{ student_userid: 'xi', enter_time: far.clock.now }] }),
    () => client.livingCancel({ livingid }),
    () => client.livingModify({ livingid, theme: 'x' }),
    () => client.deleteReplayData({ livingid }),
  ])
    await assert.rejects(call, { errcode: 92008 })
  await far.client.updateStudent({ student_userid: 'xi', department: [far.classIds['4A'] as number] })
  far.clock.now += 2 * 86_400 // long after the planned end
  await settleAll(here.db, far.clock.now, { endGrace: 1800, presenceStarts: true })
  const { status } = (await client.livingGetLivingInfo({ livingid })).living_info
  assert.equal(status, 1, 'it ends only when the far server reports the end')
  const after = await answersOf(client, livingid)
  assert.deepEqual([after.unwatched, after.watched], [before.unwatched, before.watched])
})

onBoth('mirrored livings belong to the app that the pull names, which a later pull may change', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await here.pull({ livingids: [far.living] })
  const { agentid, secret } = await addApp(
    here.db,
    { corpid: far.corpid, kind: 'self-built', grants: 'living_api,parent_app' },
    far.clock.now,
  )
  const client = createClient({ base: here.base, corpid: far.corpid, corpsecret: secret })
  await assert.rejects(client.schoolGetLivingInfo({ livingid: far.living }), { errcode: 92008 })
  assert.equal((await here.pull({ agentid })).agentid, agentid)
  assert.deepEqual(await answersOf(client, far.living), await answersOf(far.client, far.living))
  assert.equal((await here.pull()).agentid, agentid, 'and it stays that app')
})

onBoth('the console shows a mirrored living and the time at which it was mirrored', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await here.pull({ livingids: [far.living] })
  far.clock.now += 300
  const { corp_no } = await corpOf(here.db, far.corpid)
  const { account_no } = await addAccount(
    here.db,
    corp_no,
    { name: 'head', role: 'administrator', password: '12345678 long' },
    far.clock.now,
  )
  const session = await openSession(here.db, { corp_no, account_no }, far.clock.now)
  const headers = { cookie: `rollcall_session=${session}`, 'accept-language': 'en' }
  const page = await (await fetch(`${here.base}/livings/${far.living}`, { headers })).text()
  assert.match(page, /another host&#39;s lists, as of \d|another host's lists, as of \d/)
  const { counts } = await far.client.ours.report({ livingid: far.living, kind: 'student' })
  assert.match(page, new RegExp(`data-n="pupils.missing">${counts?.missing}<`))
})

onBoth('excuses entered in the mirror survive another pull of the living', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await here.pull({ livingids: [far.living] })
  const client = await here.ask()
  await client.ours.excuse({ livingid: far.living, viewers: [{ student_userid: 'xi' }], reason: '病假', by: 'wang' })
  await far.watch('wu', far.clock.now, {}, far.living)
  await here.pull({ again: true })
  const { lines } = await client.ours.report({ livingid: far.living })
  const reasonOf = (student: string) => lines.find((line) => line.kind === 'student' && line.student_userid === student)?.reason
  assert.deepEqual([reasonOf('xi'), reasonOf('wu')], ['excused', 'watched'])
})

onBoth('a pull reads all livings of a teacher; it reports those that are refused and pulls the others', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const other = await far.makeApp()
  const { livingid } = await other.client.livingCreate({
    anchor_userid: 'wang',
    theme: '别的应用',
    living_start: far.clock.now,
    living_duration: 60,
  })
  const planned = await far.client.livingCreate({
    anchor_userid: 'WANG',
    theme: '以后',
    living_start: far.clock.now + 9000,
    living_duration: 60,
    living_range: { partyids: [1] },
  })
  const cancelled = await far.client.livingCreate({
    anchor_userid: 'wang',
    theme: '不上了',
    living_start: far.clock.now + 90,
    living_duration: 60,
  })
  await far.client.livingCancel({ livingid: cancelled.livingid })
  const { livings } = await here.pull({ livingids: [livingid, 'nothing'], anchors: ['wang'] })
  assert.deepEqual(
    livings.map(({ outcome, status, error }) => [outcome, status, error?.split(':')[1]?.trim().slice(0, 5)]),
    [
      ['refused', undefined, '92008'],
      ['refused', undefined, '40058'],
      ['written', 1, undefined],
      ['written', 0, undefined],
      ['written', 4, undefined],
    ],
  )
  for (const id of [planned.livingid, cancelled.livingid])
    assert.deepEqual(await answersOf(await here.ask(), id), await answersOf(far.client, id))
  assert.deepEqual(await Array.fromAsync((await here.ask()).livingids('wang')), await Array.fromAsync(far.client.livingids('wang')))
})

onBoth('a pull never overwrites a school of this database’s own, nor mixes two hosts', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await assert.rejects(here.pull({ livingids: [far.living] }, {}, far.db), /has pupils or lessons of its own in this database/)
  await assert.rejects(here.pull({ agentid: 77 }), /has no app 77/)
  await here.pull()
  await assert.rejects(here.pull({ base: here.base }), /was mirrored from http\S+ before, and the last login is at http\S+: say which/)
})

onBoth('a userid that the far server gave again is somebody new, and an ended living keeps who had it', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await far.client.updateStudent({ student_userid: 'guest', name: '客大' })
  await far.client.ours.end({ livingid: far.living, at: far.clock.now + 250 })
  far.clock.now += 4000
  await here.pull({ livingids: [far.living] })
  const before = await answersOf(await here.ask(), far.living)
  await far.client.deleteParent({ userid: 'guest_dad' })
  await far.client.deleteStudent({ userid: 'guest' })
  assert.equal((await here.pull()).roster.changed.left, 1)
  const department = [far.classIds['4A'] as number]
  await far.client.createStudent({ student_userid: 'Guest', name: '客小', department })
  await far.client.createParent({
    parent_userid: 'guest_dad',
    mobile: '13988888888',
    children: [{ student_userid: 'guest', relation: '妈妈' }],
  })
  assert.equal((await here.pull()).roster.changed.students, 1)
  assert.deepEqual(await contactsOf(await here.ask()), await contactsOf(far.client))
  const after = await answersOf(await here.ask(), far.living)
  assert.deepEqual(after, before)
  assert.ok(after.report.lines.some((line) => line.includes('客大')))
  const next = await far.startLiving(['4A'])
  await here.pull({ livingids: [next] })
  const listed = await answersOf(await here.ask(), next)
  assert.deepEqual(listed, await answersOf(far.client, next))
  assert.equal(listed.unwatched.length, 0, 'the new people do not subscribe yet')
  await here.pull()
})

onBoth('in a living, each owner of a userid that the far server gave again keeps the line', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const { client } = far
  const leave = async () => {
    await client.deleteParent({ userid: 'wu_mum' })
    await client.deleteStudent({ userid: 'wu' })
  }
  const come = async (name: string) => {
    await client.createStudent({ student_userid: 'wu', name, department: [far.classIds['3A'] as number] })
    await client.createParent({ parent_userid: 'wu_mum', mobile: '13977777777', children: [{ student_userid: 'wu', relation: '妈妈' }] })
    const [students, parents] = [[{ student_userid: 'wu', is_subscribe: 1 }], [{ parent_userid: 'wu_mum', is_subscribe: 1 }]]
    await client.ours.subscriptions({ students, parents })
  }
  const listsOf = async (asked: Client) => {
    const { unwatched, watched, unwatchedVersion1 } = await answersOf(asked, far.living)
    return { unwatched, watched, unwatchedVersion1 }
  }
  const check = async (message: string) => assert.deepEqual(await listsOf(await here.ask()), await listsOf(client), message)
  far.clock.now += 100
  await far.watch('wu', far.clock.now - 10, {}, far.living)
  await here.pull({ livingids: [far.living] })
  await leave()
  await here.pull()
  await check('who left has watched')
  await come('吴二')
  await here.pull()
  await check('the next owner has not watched')
  assert.ok((await listsOf(await here.ask())).unwatched.some((row) => row.includes('"wu"') && !row.includes('wu_mum')))
  await leave()
  await here.pull()
  await come('吴三')
  await here.pull()
  await check('nor has the third')
  await client.ours.end({ livingid: far.living })
  await here.pull()
  const before = await answersOf(await here.ask(), far.living)
  await leave()
  await here.pull()
  await come('吴四')
  await here.pull({ again: true })
  await check('after the end nothing changes')
  const after = await answersOf(await here.ask(), far.living)
  const names = (answers: typeof after) => answers.report.lines.filter((line) => line.includes('"wu"') && !line.includes('joined_after'))
  assert.deepEqual(names(after), names(before))
  assert.ok(names(after).some((line) => line.includes('吴三')))
})
