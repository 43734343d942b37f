import assert from 'node:assert/strict'
import { meetingWork } from '../../../src/hooks/meetings/timed.ts'
import { matchIdentity } from '../../../src/identity/match.ts'
import { viewerLookup } from '../../../src/roster/viewers.ts'
import { serving } from '../../../src/serving.ts'
import { onBoth } from '../../databases.ts'
import { digestOf } from '../../openssl.ts'
import { code, meetingSchool } from './meeting.ts'

const secret = 'a SECRET of ClassIn'
const taken = '{"error_info":{"errno":1,"error":"OK"}}'

/** What ClassIn does, by OpenSSL instead of Node's crypto. */
const safeKey = (timestamp: number, by = secret) => digestOf('md5', `${by}${timestamp}`)

async function lesson(database: Parameters<typeof meetingSchool>[0]) {
  const made = await meetingSchool(database, 'classin', secret)
  const { school, send, start } = made
  const tell = (message: object, by = secret) => {
    const TimeStamp = school.clock.now
    const common = { ClassID: Number(code), CourseID: 293567505, SID: 1304802, _id: '696663ffcd344e686b437cdc', TimeStamp }
    return send(JSON.stringify({ ...common, SafeKey: safeKey(TimeStamp, by), ...message }))
  }
  const enter = (UID: number, at: number, more: object = {}) =>
    tell({ Cmd: 67371107, UID, ActionTime: at, Identity: 1, ClientID: 0, ...more })
  const leave = (UID: number, at: number) => tell({ Cmd: 67371111, UID, ActionTime: at, Identity: 1, ClientID: 0, Reason: 1 })
  const end = (people: Record<string, [identity: number, ...times: number[]]>, more: object = {}) => {
    const inoutEnd = Object.fromEntries(
      Object.entries(people).map(([uid, [Identity, ...times]]) => [
        uid,
        { Identity, Total: 0, Details: times.map((Time, index) => ({ Device: 9, Type: index % 2 ? 'Out' : 'In', Time })) },
      ]),
    )
    return tell({
      Cmd: 'End',
      StartTime: start,
      CloseTime: start + 3600,
      RealCloseTime: start + 1800,
      Data: { stageEnd: {}, inoutEnd },
      ...more,
    })
  }
  const settle = async (seconds: number) => {
    school.clock.now += seconds
    await meetingWork(await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }), (error) =>
      assert.fail(String(error)),
    )(school.clock.now)
  }
  return { ...made, tell, enter, leave, end, settle }
}

onBoth('ClassIn: a SafeKey that does not fit is refused, and every message is answered as ClassIn expects it', async (database) => {
  await using made = await lesson(database)
  const { school, start, send, tell, enter, watched } = made
  school.clock.now = start + 100
  assert.deepEqual(await enter(88288032, start + 5, { NickName: '李雷', LoginMobile: '13000000000' }), { status: 200, text: taken })
  assert.deepEqual(await tell({ Cmd: 'Net', UID: 88288032, Data: {} }), { status: 200, text: taken })
  assert.deepEqual(await tell({ Cmd: 'End', Data: null }), { status: 200, text: taken })
  assert.deepEqual(
    await tell({ Cmd: 67371107, ClassID: 1, UID: 1, ActionTime: start, Identity: 1 }),
    { status: 200, text: taken },
    'no lesson',
  )
  assert.equal((await tell({ Cmd: 67371107, UID: 2, ActionTime: start, Identity: 1, NickName: 'wu' }, 'another')).status, 403)
  assert.equal((await send(JSON.stringify({ Cmd: 67371107, UID: 2 }))).status, 403)
  assert.equal((await send('not json')).status, 400)
  assert.deepEqual(await watched(), [['li_mum/li', 0]])
})

onBoth('ClassIn: people are known by mobile or name when they enter, and by their UID when the lesson is summed up', async (database) => {
  await using made = await lesson(database)
  const { school, start, enter, leave, end, watched } = made
  school.clock.now = start + 5000
  await enter(11, start + 10, { NickName: '妈妈', LoginMobile: '0086-13000000000' })
  await enter(12, start + 20, { NickName: 'wu' })
  await leave(12, start + 50)
  await enter(13, start + 30, { NickName: '某某' })
  await enter(14, start, { NickName: '王老师', Identity: 3 })
  assert.deepEqual(await watched(), [
    ['li_mum/li', 0],
    ['wu', 30],
    ['某某', 0],
  ])
  const summary = {
    11: [1, start + 10, start + 110],
    // two visits, and the second is not told to be over
    12: [1, start + 20, start + 50, start + 1000],
    13: [2, start + 30, start + 90],
    14: [3, start, start + 1800],
    15: [193, start, start + 1800],
  } as Record<string, [number, ...number[]]>
  const outcome = [
    ['li_mum/li', 100],
    ['wu', 830],
    ['某某', 60],
  ]
  await end(summary)
  assert.deepEqual(await watched(), outcome)
  await end(summary)
  assert.deepEqual(await watched(), outcome, 'the same message again')
  await matchIdentity(school.db, school.corp_no, 'classin', '13', [await viewerNo(school, 'li')], school.clock.now)
  assert.deepEqual(
    (await watched()).filter(([who]) => who === '某某' || who === 'li'),
    [['li', 60]],
    'who is matched is a visitor no longer',
  )
})

onBoth('ClassIn: a lesson ends at RealCloseTime unless that is 0, missing or later than CloseTime', async (database) => {
  await using made = await lesson(database)
  const { school, start, enter, end, watched } = made
  school.clock.now = start + 9000
  await enter(12, start, { NickName: 'wu' })
  const ended = async (times: object) => {
    await end({ 12: [1, start] }, times)
    return (await watched()).find(([who]) => who === 'wu')?.[1]
  }
  // of several ends the first counts
  assert.equal(await ended({ CloseTime: start + 800, RealCloseTime: undefined }), 800)
  assert.equal(await ended({ CloseTime: start + 700, RealCloseTime: 0 }), 700)
  assert.equal(await ended({ CloseTime: start + 600, RealCloseTime: start + 900 }), 600)
  assert.equal(await ended({ CloseTime: start + 600, RealCloseTime: start + 300 }), 300)
})

onBoth('ClassIn: an exit that was not told comes with the summary, and a second device leaves when the lesson ends', async (database) => {
  await using made = await lesson(database)
  const { school, start, enter, end, settle, watched } = made
  school.clock.now = start + 30
  await enter(12, start + 10, { NickName: 'wu' })
  await enter(13, start + 20, { NickName: 'li', ClientID: 1 })
  await settle(600)
  assert.deepEqual(await watched(), [
    ['li', 610],
    ['wu', 620],
  ])
  await settle(60)
  await end({ 12: [1, start + 10, start + 100], 13: [1] }, { RealCloseTime: start + 300 })
  assert.deepEqual(await watched(), [
    ['li', 280],
    ['wu', 90],
  ])
})

onBoth(
  'ClassIn: who watches the web page of the lesson is known by the telephone number, and repeated messages only grow',
  async (database) => {
    await using made = await lesson(database)
    const { school, start, tell, watched } = made
    school.clock.now = start + 5000
    const look = (Telephone: string, LookTime: number, Nickname = '') =>
      tell({ Cmd: 'LiveDataDetail', Data: { Telephone, Nickname, Intime: start + 60, LookTime, ClientType: 2 } })
    for (const seconds of [60, 300, 120]) await look('13000000001', seconds)
    await look('yk_8f2a', 30, '游客')
    assert.deepEqual(await watched(), [
      ['wu_dad/wu', 300],
      ['游客', 30],
    ])
  },
)

async function viewerNo({ db, corp_no }: Awaited<ReturnType<typeof lesson>>['school'], student: string): Promise<number> {
  const [viewer] = await viewerLookup()(db, corp_no, [{ student_userid: student }])
  return viewer?.viewer_no ?? 0
}
