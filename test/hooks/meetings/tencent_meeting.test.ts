import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { bindMeeting, unbindMeeting } from '../../../src/hooks/meetings/bind.ts'
import { decrypt, signatureOf } from '../../../src/hooks/meetings/tencent_cipher.ts'
import { meetingWork } from '../../../src/hooks/meetings/timed.ts'
import { serving } from '../../../src/serving.ts'
import { sql } from '../../../src/store/sql.ts'
import { onBoth } from '../../databases.ts'
import { endAt, reserve } from '../../livings.ts'
import { digestOf, encryptedWith } from '../../openssl.ts'
import { code, meetingSchool } from './meeting.ts'

const token = 'aBcDeFgHiJkLmNoPqRsTuVwXy'
const aesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'

/** What 腾讯会议 does, by OpenSSL instead of Node's crypto. */
const keyHex = Buffer.from(`${aesKey}=`, 'base64').toString('hex')
const encrypted = (text: string) => encryptedWith(keyHex, text)

const signed = (data: string, by = token) => {
  const [timestamp, nonce] = ['1800000000', '1234567890']
  const sorted = execFileSync('sort', [], { input: [by, timestamp, nonce, data].join('\n'), env: { LC_ALL: 'C' } })
  return { timestamp, nonce, signature: digestOf('sha1', sorted.toString().trimEnd().split('\n').join('')) }
}

/** A fixed order that looks like any other: Fisher and Yates with a linear congruential generator. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const result = [...list]
  let state = seed
  for (let last = result.length - 1; last > 0; last--) {
    state = (state * 1103515245 + 12345) % 2 ** 31
    const at = state % (last + 1)
    ;[result[last], result[at]] = [result[at] as T, result[last] as T]
  }
  return result
}

type Who = { userid?: string; uuid?: string; user_name: string; instance_id?: string; ms_open_id?: string }
const info = { meeting_id: '13339451618278424869', meeting_code: code, subject: '家长会', meeting_type: 0 }
const event = (name: string, at: number, operator: Who = { user_name: '' }, more: object = {}) =>
  JSON.stringify({
    event: `meeting.${name}`,
    trace_id: 'e7aa65dd-f7e6-4b62-912c-2035173b34a9',
    payload: [{ operate_time: at * 1000 + 465, operator: { instance_id: '1', ...operator }, meeting_info: { ...info, ...more } }],
  })
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function lesson(database: Parameters<typeof meetingSchool>[0]) {
  const made = await meetingSchool(database, 'tencent-meeting', token)
  /** Sends an event; the clock of the school is set to its time, unless it comes late. */
  const tell = async (text: string) => {
    const data = base64(text)
    return made.send(JSON.stringify({ data }), signed(data))
  }
  const { school } = made
  /** Lets time pass and runs the timed work of meetings. */
  const settle = async (seconds: number) => {
    school.clock.now += seconds
    await meetingWork(await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }), (error) =>
      assert.fail(String(error)),
    )(school.clock.now)
  }
  return { ...made, tell, settle }
}
const li = { userid: 'li', uuid: 'u-li', user_name: '李雷' }
const guest = { uuid: 'u-guest', user_name: '小明妈妈' }

test('signature and decryption agree with OpenSSL, whatever the length of the text', () => {
  for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 1000]) {
    const text = '会'.repeat(length)
    if (length) assert.equal(decrypt(aesKey, encrypted(text)), text)
    assert.equal(signatureOf(token, '1800000000', '1234567890', base64(text) || 'x'), signed(base64(text) || 'x').signature)
  }
  // WeCom pads to 32 bytes, where OpenSSL pads to 16
  const padded = Buffer.concat([Buffer.from('{"a":1}'), Buffer.alloc(25, 25)]).toString('latin1')
  const to32 = encryptedWith(keyHex, padded, false)
  assert.equal(decrypt(aesKey, to32), '{"a":1}')
  for (const wrong of ['', 'AAAA', base64('x'.repeat(15)), base64('x'.repeat(16))])
    assert.throws(() => decrypt(aesKey, wrong), SyntaxError, JSON.stringify(wrong))
})

onBoth('腾讯会议: the URL is checked with a GET, whose answer is the decoded text, if the signature fits', async (database) => {
  await using made = await lesson(database)
  const { url, send } = made
  const check_str = base64('a text to check??>>')
  const asked = `${url}&check_str=${encodeURIComponent(check_str)}`
  assert.deepEqual(await send(undefined, signed(check_str), asked), { status: 200, text: 'a text to check??>>' })
  assert.deepEqual(await send(undefined, signed(check_str), `${url}&check_str=${check_str}`), { status: 200, text: 'a text to check??>>' })
  assert.equal((await send(undefined, signed(check_str, 'another token'), asked)).status, 403)
  assert.equal((await send(undefined, {}, asked)).status, 403)
})

onBoth('腾讯会议: with an EncodingAESKey, events and the check of the URL are decrypted', async (database) => {
  await using made = await meetingSchool(database, 'tencent-meeting', `${token}:${aesKey}`)
  const { school, url, start, send, watched } = made
  const check_str = encrypted('checked')
  assert.equal((await send(undefined, signed(check_str), `${url}&check_str=${encodeURIComponent(check_str)}`)).text, 'checked')
  school.clock.now = start + 100
  for (const text of [event('participant-joined', start + 10, li), event('participant-left', start + 70, li)]) {
    const data = encrypted(text)
    assert.deepEqual(await send(JSON.stringify({ data }), signed(data)), { status: 200, text: 'successfully received callback' })
  }
  assert.deepEqual(await watched(), [['li', 60]])
  const forged = base64(event('participant-joined', start, { userid: 'wu', user_name: 'wu' }))
  assert.equal((await send(JSON.stringify({ data: forged }), signed(forged))).status, 400)
})

onBoth('腾讯会议: joins and leaves become stays, hosts are no viewers, and who is not known is a visitor', async (database) => {
  await using made = await lesson(database)
  const { school, start, send, settle, tell, watched } = made
  school.clock.now = start + 3000
  const teacher = { userid: 'wang', uuid: 'u-wang', user_name: '王老师' }
  const told = [
    event('started', start - 300, teacher),
    event('participant-joined', start - 300, teacher, { creator: { userid: 'wang', uuid: 'u-wang' } }),
    // before the lesson, which counts from its start on
    event('participant-joined', start - 60, li),
    event('participant-left', start + 600, li),
    event('participant-joined', start + 900, { ...li, instance_id: '4' }),
    event('participant-joined', start + 100, guest),
    event('participant-left', start + 160, guest),
    event('end', start + 1200, teacher),
  ]
  for (const each of told) assert.equal((await tell(each)).status, 200)
  await settle(300)
  const outcome = [
    ['li', 900],
    ['小明妈妈', 60],
  ]
  assert.deepEqual(await watched(), outcome)
  for (const each of told.toReversed()) await tell(each)
  await settle(600)
  assert.deepEqual(await watched(), outcome, 'the same events again, in the other order')
  const data = base64(event('participant-joined', start, { userid: 'wu', user_name: 'wu' }))
  assert.equal((await send(JSON.stringify({ data }), signed(data, 'another token'))).status, 403)
  assert.equal((await send(JSON.stringify({ data: `${data}AAAA` }), signed(data))).status, 403)
  assert.deepEqual(await watched(), outcome)
})

onBoth(
  '腾讯会议: in whatever order the events come, and however often stays grow between them, the outcome is the same',
  async (database) => {
    await using made = await lesson(database)
    const { school, start, settle, tell, watched } = made
    const { db, corp_no, clock } = school
    const of = (who: Who, from: number, to: number) => [
      event('participant-joined', start + from, who),
      event('participant-left', start + to, who),
    ]
    const wu = event('participant-joined', start + 100, { userid: 'wu', user_name: 'wu' })
    const told = [...of(li, 0, 50), ...of(guest, 10, 70), wu, ...of(guest, 200, 260), event('end', start + 400)]
    const orders = [told, told.toReversed(), ...Array.from({ length: 4 }, (_, seed) => shuffled(told, seed + 1))]
    for (const order of orders) {
      const livingid = await reserve(school, ['3A'], { living_start: start })
      const binding = { kind: 'tencent-meeting', meeting: code, livingid }
      await bindMeeting(db, corp_no, binding)
      clock.now = start + 500
      for (const each of order) {
        assert.equal((await tell(each)).status, 200)
        await settle(60)
      }
      assert.deepEqual(await watched(livingid), [
        ['li', 50],
        ['wu', 300],
        ['小明妈妈', 120],
      ])
      await unbindMeeting(db, corp_no, binding)
      await db.batch([sql`delete from meeting_event where corp_no = ${corp_no}`])
    }
  },
)

onBoth(
  'a meeting is the living it is bound to, else the one whose description has its code or whose livingid is its subject',
  async (database) => {
    await using made = await lesson(database)
    const { school, livingid, start, tell, watched } = made
    const { clock, db, corp_no } = school
    const other = await reserve(school, ['3A'], { living_start: start, description: '4459999690 也是号码' })
    clock.now = start + 100
    const join = (more: object, who: Who = li) => tell(event('participant-joined', start + 10, who, more))
    await join({ meeting_code: '111222333', meeting_id: '1' })
    assert.deepEqual([await watched(), await watched(other)], [[], []], 'neither bound nor named')
    const [stored] = await db.all<{ rows: number }>(sql`select count(*) as rows from meeting_event where corp_no = ${corp_no}`)
    assert.equal(Number(stored?.rows), 0, 'an event of a meeting that is no living is stored nowhere')
    await join({ meeting_code: '111222333', meeting_id: '2', subject: `${other} 家长会` })
    assert.deepEqual([await watched(), await watched(other)], [[], [['li', 0]]], 'named by the subject')
    await join({ meeting_id: '3' }, { userid: 'wu', user_name: 'wu' })
    assert.deepEqual([await watched(), await watched(other)], [[['wu', 0]], [['li', 0]]], 'named by the code in the description')
    await bindMeeting(db, corp_no, { kind: 'tencent-meeting', meeting: '445 999-969', livingid: other })
    await join({ meeting_id: '4' }, { userid: 'wu_dad', user_name: '' })
    assert.deepEqual(
      [await watched(), await watched(other)],
      [
        [['wu', 0]],
        [
          ['li', 0],
          ['wu_dad/wu', 0],
        ],
      ],
      'bound',
    )
    const asked = { kind: 'tencent-meeting', meeting: code, livingid }
    await assert.rejects(unbindMeeting(db, corp_no, asked), /is not bound to/)
    await assert.rejects(bindMeeting(db, corp_no, { ...asked, livingid: 'nothing' }), /livingid: "nothing" is no living/)
    await assert.rejects(bindMeeting(db, corp_no, { ...asked, kind: 'srs' }), /--kind: expected tencent-meeting, classin, zoom, got "srs"/)
    await assert.rejects(bindMeeting(db, corp_no, { ...asked, meeting: '会议' }), /meeting: expected the id or the code/)
  },
)

onBoth('a meeting room in which two lessons are held one after the other counts in each for what overlaps it', async (database) => {
  await using made = await lesson(database)
  const { school, livingid, start, tell, watched } = made
  const second = await reserve(school, ['3A'], { living_start: start + 4200, description: `会议号 ${code}` })
  school.clock.now = start + 9000
  const wu = { userid: 'wu', user_name: 'wu' }
  await tell(event('participant-joined', start - 30, li))
  await tell(event('participant-left', start + 5000, li))
  await endAt(school, start + 3600, livingid)
  await tell(event('participant-joined', start + 4100, wu))
  await tell(event('participant-left', start + 4150, wu))
  assert.deepEqual(await watched(livingid), [['li', 3600]])
  assert.deepEqual(
    (await watched(second)).filter(([who]) => who === 'li'),
    [['li', 800]],
  )
})

onBoth('who is in the meeting is present from the beginning of the lesson on, and as long as no leave comes', async (database) => {
  await using made = await lesson(database)
  const { school, livingid, start, settle, tell, watched } = made
  const wu = { userid: 'wu', user_name: 'wu' }
  school.clock.now = start - 60
  await tell(event('participant-joined', start - 100, li))
  await tell(event('participant-joined', start - 90, wu))
  await tell(event('participant-left', start - 80, wu))
  await settle(60)
  assert.deepEqual(await watched(), [], 'the lesson begins only now')
  await settle(60)
  assert.deepEqual(await watched(), [['li', 60]])
  assert.equal((await school.client.livingGetLivingInfo({ livingid })).living_info.status, 1, 'presence has started the lesson')
  await settle(600)
  assert.deepEqual(await watched(), [['li', 660]])
  await tell(event('participant-left', start + 500, li))
  assert.deepEqual(await watched(), [['li', 500]], 'the leave comes late')
  await tell(event('participant-joined', start + 650, wu))
  await settle(3600)
  assert.deepEqual((await watched()).at(-1), ['wu', 0], 'nothing grows any more long after the planned end')
})

onBoth('who left before the lesson began has not watched, also where the leave comes after the beginning', async (database) => {
  await using made = await lesson(database)
  const { school, start, settle, tell, watched } = made
  school.clock.now = start + 60
  await tell(event('participant-joined', start - 100, li))
  await tell(event('participant-joined', start - 100, guest))
  await settle(30)
  assert.deepEqual(await watched(), [
    ['li', 90],
    ['小明妈妈', 90],
  ])
  await tell(event('participant-left', start - 10, li))
  await tell(event('participant-left', start - 10, guest))
  assert.deepEqual(await watched(), [])
})

onBoth('a leave that comes after the lesson was ended corrects its register too', async (database) => {
  await using made = await lesson(database)
  const { school, livingid, start, settle, tell, watched } = made
  school.clock.now = start + 300
  await tell(event('participant-joined', start - 5, li))
  await tell(event('participant-joined', start, guest))
  await settle(60)
  await endAt(school, start + 360, livingid)
  assert.deepEqual(await watched(), [
    ['li', 360],
    ['小明妈妈', 360],
  ])
  await tell(event('participant-left', start + 200, guest))
  await tell(event('participant-left', start - 1, li))
  assert.deepEqual(await watched(), [['小明妈妈', 200]])
})

onBoth('a name that was told is forgotten two days after it came', async (database) => {
  await using made = await lesson(database)
  const { school, start, settle, tell } = made
  const stored = async () => (await school.db.all(sql`select 1 as one from meeting_event where corp_no = ${school.corp_no}`)).length
  school.clock.now = start + 60
  await tell(event('participant-joined', start, guest))
  await settle(2 * 86_400)
  assert.equal(await stored(), 1)
  await settle(1)
  assert.equal(await stored(), 0)
})
