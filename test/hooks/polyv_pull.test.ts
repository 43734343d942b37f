import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pullViewLog } from '../../src/hooks/polyv/pull.ts'
import { monthsBetween } from '../../src/hooks/polyv/ranges.ts'
import { signOf } from '../../src/hooks/polyv/view_log.ts'
import { serving } from '../../src/serving.ts'
import { type Database, onBoth } from '../databases.ts'
import { endAt, reserve } from '../livings.ts'
import { digestOf } from '../openssl.ts'
import { makeSchool } from '../world.ts'

const appSecret = 'fsq2k5weced1h8vui657xtdva66whf0g'

test("the signature is that of the example in 保利威's documents", () => {
  const parameters = {
    timestamp: '1660270926732',
    channelIds: '2477096,2272655',
    page: '',
    startDay: '2022-05-20',
    appId: 'g4rqgmmjuo',
    endDay: '2022-06-18',
  }
  assert.equal(signOf(parameters, appSecret), '0D2BDA2FD04D93A2B8832B91FD973C4D')
})

test('a time is split where a month begins in China', () => {
  const at = (text: string) => Date.parse(text)
  assert.deepEqual(monthsBetween(at('2026-11-30T23:00:00+08:00'), at('2026-12-01T01:00:00+08:00')), [
    [at('2026-11-30T23:00:00+08:00'), at('2026-12-01T00:00:00+08:00') - 1],
    [at('2026-12-01T00:00:00+08:00'), at('2026-12-01T01:00:00+08:00')],
  ])
  assert.deepEqual(monthsBetween(5, 5), [[5, 5]])
  assert.deepEqual(monthsBetween(6, 5), [])
})

type Record = { playId: string; param1?: string; param2?: string; from: number; seconds: number; created?: number; param3?: string }

/** A service that plays 保利威: it checks the signature by OpenSSL, and answers the records created in the time asked, two to a page of 1,000 as asked. */
async function farEnd(clock: { now: number }) {
  const records: Record[] = []
  const asked: URL[] = []
  const state = { failAtPage: 0 }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push(url)
    response.end(JSON.stringify(answerTo(url, request)))
  })
  const answerTo = (url: URL, { method }: IncomingMessage) => {
    const { sign, ...rest } = Object.fromEntries(url.searchParams) as { [name: string]: string }
    const text = Object.keys(rest)
      .sort()
      .map((name) => `${name}${rest[name]}`)
      .join('')
    const md5 = digestOf('md5', `${appSecret}${text}${appSecret}`)
    const { page = '', pageSize = '', startTime = '', endTime = '', timestamp = '' } = rest
    if (method !== 'GET' || url.pathname !== '/live/v2/statistics/1965681/viewlog') return { code: 404 }
    if (sign !== md5?.toUpperCase()) return { code: 403, status: 'error', message: 'invalid signature.', data: '' }
    if (Math.abs(Number(timestamp) / 1000 - clock.now) > 180) return { code: 400, status: 'error', message: 'timestamp expired', data: '' }
    if (Number(page) === state.failAtPage) return { code: 500, status: 'error', message: 'busy', data: '' }
    const found = records.filter(({ from, created = from }) => created * 1000 >= Number(startTime) && created * 1000 <= Number(endTime))
    const first = (Number(page) - 1) * Number(pageSize)
    const contents = found.slice(first, first + Number(pageSize)).map(({ playId, param1 = '', param2 = '', param3 = 'live', from, seconds, created = from }) => ({
      playId, userId: '1b448be323', channelId: 1965681, playDuration: seconds, stayDuration: seconds + 10, flowSize: 0, sessionId: 'fv3ma84e63', param1, param2, param3,
      firstActiveTime: from * 1000, lastActiveTime: (from + seconds) * 1000, createdTime: created * 1000, lastModified: (from + seconds) * 1000,
    })) // biome-ignore format: a record
    return { code: 200, status: 'success', message: '', data: { pageSize, pageNumber: Number(page), totalItems: found.length, contents } }
  }
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { base, records, asked, state, [Symbol.asyncDispose]: async () => void server.close() }
}

async function lesson(database: Database) {
  const school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: ['wu_dad'] } } })
  const start = school.clock.now
  const livingid = await reserve(school, ['3A'])
  const far = await farEnd(school.clock)
  const context = await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 })
  const pull = (secret = appSecret) =>
    pullViewLog(
      context,
      school.corp_no,
      { livingid, channel: '1965681' },
      { base: far.base, appId: 'g4rqgmmjuo', appSecret: secret },
      () => school.clock.now,
    )
  const watched = async () => {
    const { students, parents, visitors } = (await school.client.getWatchStatV2({ livingid })).stat_info
    return [...students, ...parents, ...visitors]
      .map((line) => ['nickname' in line ? line.nickname : line.student_userid, line.watch_time])
      .sort()
  }
  return {
    school, livingid, start, far, pull, watched,
    [Symbol.asyncDispose]: async () => {
      await far[Symbol.asyncDispose]()
      await school[Symbol.asyncDispose]()
    },
  } // biome-ignore format: shorthand
}

onBoth('保利威: plays become stays of the viewers whom the school named, replays do not, and others are visitors', async (database) => {
  await using made = await lesson(database)
  const { school, start, far, pull, watched } = made
  school.clock.now = start + 3000
  far.records.push(
    { playId: 'p1', param1: 'li', param2: '李雷', from: start + 10, seconds: 600 },
    // the same person on another device at the same time
    { playId: 'p2', param1: 'li', param2: '李雷', from: start + 310, seconds: 600 },
    { playId: 'p3', param1: '1520499775580', param2: '奶奶', from: start + 60, seconds: 30 },
    { playId: 'p4', param1: 'wu', param2: 'wu', from: start + 60, seconds: 30, param3: 'vod' },
    { playId: 'p5', from: start + 60, seconds: 30 },
  )
  const { records, viewers, visitors, complete } = await pull()
  assert.deepEqual({ records, viewers, visitors, complete }, { records: 5, viewers: 1, visitors: 1, complete: false })
  assert.deepEqual(await watched(), [
    ['li', 900],
    ['奶奶', 30],
  ])
})

onBoth('保利威: a pull goes on where the one before it ended, and repeats what may have grown since', async (database) => {
  await using made = await lesson(database)
  const { school, livingid, start, far, pull, watched } = made
  const from = () => Number(far.asked.at(-1)?.searchParams.get('startTime')) / 1000
  school.clock.now = start + 600
  const li = { playId: 'p1', param1: 'li', from: start + 10, seconds: 580 }
  far.records.push({ playId: 'p0', param1: 'wu', from: start - 1800, seconds: 60 }, li)
  await pull()
  assert.equal(from(), start - 3600, 'from an hour before the lesson on')
  assert.deepEqual(await watched(), [['li', 580]])
  school.clock.now = start + 1200
  li.seconds = 900
  await pull()
  assert.equal(from(), start - 600 + 600, 'from ten minutes before the pull on, since records come late')
  assert.deepEqual(await watched(), [['li', 900]])
  school.clock.now = start + 4000
  far.records.push({ playId: 'p2', param1: 'wu', from: start + 1100, seconds: 100 })
  await pull()
  assert.equal(from(), start + 10, 'a play that was growing at the pull before is read again')
  assert.deepEqual(await watched(), [
    ['li', 900],
    ['wu', 100],
  ])
  await endAt(school, start + 3600, livingid)
  school.clock.now = start + 7200 + 600
  assert.equal((await pull()).complete, true)
  const requests = far.asked.length
  assert.deepEqual(await pull(), { records: 0, viewers: 0, visitors: 0, ambiguous: 0, next_from: (start + 7200) * 1000, complete: true })
  assert.ok(far.asked.length <= requests + 1)
})

onBoth('保利威: a pull that breaks off is repeated from the same moment, and everything counts once', async (database) => {
  await using made = await lesson(database)
  const { school, start, far, pull, watched } = made
  school.clock.now = start + 3000
  for (let index = 0; index < 1001; index++)
    far.records.push({ playId: `p${index}`, param1: index === 1000 ? 'wu' : 'li', from: start + index, seconds: 1 })
  far.state.failAtPage = 2
  await assert.rejects(pull(), /保利威 answered HTTP 200 ".*busy.*": expected code 200 and a page of the log/)
  assert.deepEqual(await watched(), [['li', 1000]])
  far.state.failAtPage = 0
  assert.equal((await pull()).records, 1001)
  assert.deepEqual(await watched(), [
    ['li', 1000],
    ['wu', 1],
  ])
  await assert.rejects(
    pull('another secret'),
    (error: Error) => /invalid signature/.test(error.message) && !/another secret/.test(error.message),
  )
})
