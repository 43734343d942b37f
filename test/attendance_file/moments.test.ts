import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from '../../src/attendance_file/durations.ts'
import { momentReader } from '../../src/attendance_file/moments.ts'

const shanghai = { timeZone: 'Asia/Shanghai' }
const at = (iso: string) => Date.parse(iso) / 1000
const read = async (texts: readonly string[], more: object = {}) => {
  const momentOf = await momentReader(
    texts.map((text) => [text, 'Join Time'] as const),
    { ...shanghai, ...more },
  )
  return texts.map(momentOf)
}

test('the ways in which meeting products write a moment are read, in the zone of the school where none is written', async () => {
  const moment = at('2026-11-26T18:00:12+08:00')
  const texts = [
    '2026-11-26 18:00:12',
    '2026/11/26 18:00:12',
    '2026/11/26 下午6:00:12',
    '2026年11月26日 18:00:12',
    '11/26/2026 06:00:12 PM',
    '11/26/26, 6:00:12\u202fPM',
    'Nov 26, 2026 6:00:12 PM',
    '26.11.2026, 18:00:12',
    '2026-11-26T10:00:12Z',
    '2026-11-26T10:00:12.345Z',
    '2026-11-26 19:00:12 +09:00',
    '1795687212',
    '1795687212000',
  ]
  for (const text of texts) assert.deepEqual(await read([text]), [moment], text)
  assert.deepEqual(await read(['2026-11-26 18:00']), [at('2026-11-26T18:00:00+08:00')])
  assert.deepEqual(await read(['2026/11/26 上午12:30']), [at('2026-11-26T00:30:00+08:00')])
})

test('what is no date and time is not read', async () => {
  for (const text of [
    '',
    '18:00',
    '2026-11-26',
    '2026-13-01 10:00',
    '2026-02-30 10:00',
    '2026-11-26 25:00',
    '2026-11-26 10:61',
    'yesterday',
    '1e9',
  ])
    assert.deepEqual(await read([text]), [undefined], text)
})

test('day and month are told apart by the whole file', async () => {
  assert.deepEqual(await read(['03/04/2026 10:00', '26/03/2026 10:00']), [at('2026-04-03T10:00:00+08:00'), at('2026-03-26T10:00:00+08:00')])
  assert.deepEqual(await read(['03/04/2026 10:00', '03/26/2026 10:00']), [at('2026-03-04T10:00:00+08:00'), at('2026-03-26T10:00:00+08:00')])
  assert.deepEqual(await read(['04/04/2026 10:00']), [at('2026-04-04T10:00:00+08:00')])
})

test('where no date tells, the day of the living does, else the user is asked with the name of the column', async () => {
  const text = '03/04/2026 10:00'
  assert.deepEqual(await read([text], { near: at('2026-04-03T09:00:00+08:00') }), [at('2026-04-03T10:00:00+08:00')])
  assert.deepEqual(await read([text], { near: at('2026-03-04T09:00:00+08:00') }), [at('2026-03-04T10:00:00+08:00')])
  assert.deepEqual(await read([text], { dateOrder: 'dmy' }), [at('2026-04-03T10:00:00+08:00')])
  await assert.rejects(read([text]), /column Join Time: 03\/04\/2026 10:00 may be day\/month or month\/day.*dmy or mdy/)
  await assert.rejects(read(['26/03/2026 10:00', '03/26/2026 10:00']), /one order in the file/)
})

test('a clock that is put back or forward is minded', async () => {
  const berlin = { timeZone: 'Europe/Berlin' }
  assert.deepEqual(await read(['2026-03-29 01:59:59', '2026-03-29 03:00:00'], berlin), [
    at('2026-03-29T00:59:59Z'),
    at('2026-03-29T01:00:00Z'),
  ])
  assert.deepEqual(await read(['2026-10-25 01:30', '2026-10-25 03:30'], berlin), [at('2026-10-24T23:30:00Z'), at('2026-10-25T02:30:00Z')])
})

test('durations are read as products write them, and a bare number only under a header that names its unit', () => {
  const seconds: Record<string, number> = {
    '1h 2m 3s': 3723,
    '47m 3s': 2823,
    '5s': 5,
    '1 hr 12 min': 4320,
    '1小时2分3秒': 3723,
    '45分钟': 2700,
    '0:30:00': 1800,
    '47:03': 2823,
  }
  for (const [text, expected] of Object.entries(seconds)) assert.equal(parseDuration(text, undefined), expected, text)
  assert.deepEqual([parseDuration('42', 60), parseDuration('1.5', 60), parseDuration('42', undefined)], [2520, 90, undefined])
  for (const text of ['', 'garbage', '7/22/26', '1h x']) assert.equal(parseDuration(text, 60), undefined, text)
})
