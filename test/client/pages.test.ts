import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, type ClientOptions, createClient, PageError, type Progress } from '../../src/client/client.ts'
import { type CannedAnswers, failure, startCannedServer } from './canned_server.ts'

const paths = {
  unwatched: '/cgi-bin/school/living/get_unwatch_stat_v2',
  unwatched1: '/cgi-bin/school/living/get_unwatch_stat',
  watched: '/cgi-bin/school/living/get_watch_stat_v2',
  watched1: '/cgi-bin/school/living/get_watch_stat',
}
const ok = { errcode: 0, errmsg: 'ok' }
const at = { watch_time: 30, enter_time: 1586433904, leave_time: 1586434000, is_comment: 1 }
const clientOf = (base: string, more: Partial<ClientOptions> = {}): Client =>
  createClient({ corpid: 'ww', corpsecret: 's', base, retry: { wait: () => 1 }, ...more })
const against = async (play: CannedAnswers) => {
  const server = await startCannedServer(play)
  return { ...server, client: clientOf(server.base) }
}
const named = (each: { kind: string; parent_userid?: string | undefined; student_userid?: string | undefined }) =>
  `${each.kind} ${each.parent_userid ?? ''}/${each.student_userid ?? ''}`

test('V2: students and parents of all pages, also short and empty ones, come as one list until has_more is 0', async () => {
  await using far = await against({
    [paths.unwatched]: [
      { ...ok, has_more: 1, next_cursor: 'a', stat_info: { students: [{ student_userid: 'li', partyids: [10, 11] }], parents: [] } },
      // empty lists are left out, as seen in WeCom's answer to get_allow_scope; the cursor still moves on
      { ...ok, has_more: 1, next_cursor: 'b', stat_info: {} },
      { ...ok, has_more: 1, next_cursor: 'c' },
      { ...ok, has_more: 0, next_cursor: '', stat_info: { parents: [{ parent_userid: 'mum', student_userid: 'li', partyids: [10] }] } },
    ],
  })
  const told: Progress[] = []
  const found = await Array.fromAsync(far.client.unwatched('L', { onPage: (progress) => told.push(progress) }))
  assert.deepEqual(found.map(named), ['student /li', 'parent mum/li'])
  assert.deepEqual(found[0], { kind: 'student', student_userid: 'li', parent_userid: undefined, partyids: [10, 11], livingid: 'L' })
  assert.deepEqual(
    far.asked.filter(({ path }) => path === paths.unwatched).map(({ body }) => body?.next_cursor),
    ['0', 'a', 'b', 'c'],
  )
  assert.deepEqual(
    told.map(({ pages, people, isDone }) => [pages, people, isDone]),
    [
      [1, 1, false],
      [2, 1, false],
      [3, 1, false],
      [4, 2, true],
    ],
  )
})

test('V1: the list ends with ending 1, and its entries have the same fields as those of V2', async () => {
  await using far = await against({
    [paths.unwatched1]: [
      { ...ok, ending: 0, next_key: 'k', stat_info: { students: [{ student_userid: 'li', parent_userid: 'mum', partyids: [5] }] } },
      { ...ok, ending: 1, next_key: '', stat_info: { students: [] } },
    ],
    [paths.watched1]: [
      {
        ...ok,
        ending: 1,
        next_key: '',
        stat_infoes: {
          students: [
            { student_userid: 'li', partyids: [5], ...at },
            { student_userid: 'wu', parent_userid: 'dad', partyids: [5], ...at },
          ],
          visitors: [{ nickname: '路人', ...at }],
        },
      },
    ],
  })
  assert.deepEqual((await Array.fromAsync(far.client.unwatched('L', { version: 1 }))).map(named), ['parent mum/li'])
  const watched = await Array.fromAsync(far.client.watched('L', { version: 1 }))
  assert.deepEqual(watched.map(named), ['student /li', 'parent dad/wu', 'visitor /'])
  assert.equal(watched[2]?.kind === 'visitor' && watched[2].nickname, '路人')
  assert.equal(watched[1]?.watch_time, 30)
})

test('a person named on two pages is returned once', async () => {
  const page = { students: [{ student_userid: 'li', partyids: [1] }], parents: [] }
  await using far = await against({
    [paths.unwatched]: [
      { ...ok, has_more: 1, next_cursor: 'a', stat_info: page },
      { ...ok, has_more: 0, next_cursor: 'a', stat_info: page },
    ],
  })
  assert.equal((await Array.fromAsync(far.client.unwatched('L'))).length, 1)
})

for (const next_cursor of ['', '0', 'a'])
  test(`a server that says more follows and gives ${JSON.stringify(next_cursor)} as cursor again is an error, not an endless loop`, async () => {
    await using far = await against({ [paths.unwatched]: [{ ...ok, has_more: 1, next_cursor, stat_info: {} }] })
    await assert.rejects(Array.fromAsync(far.client.unwatched('L')), PageError)
    assert.ok(far.times(paths.unwatched) <= 2)
  })

test('several livings are read concurrently up to the limit, and every row names its living', async () => {
  let open = 0
  let most = 0
  await using far = await against({
    [paths.unwatched]: async ({ body }) => {
      most = Math.max(most, ++open)
      await new Promise((resolve) => setTimeout(resolve, 15))
      open--
      const isLast = body?.next_cursor === 'more'
      const students = [{ student_userid: `${body?.livingid}${isLast ? 2 : 1}`, partyids: [1] }]
      return { ...ok, has_more: isLast ? 0 : 1, next_cursor: 'more', stat_info: { students, parents: [] } }
    },
  })
  const livings = Array.from({ length: 9 }, (_, no) => `L${no}-`)
  const found = await Array.fromAsync(far.client.unwatched(livings, { concurrency: 3 }))
  assert.equal(most, 3)
  assert.deepEqual(
    found.map(({ livingid, student_userid }) => [livingid, student_userid]).sort(),
    livings.flatMap((livingid) => [
      [livingid, `${livingid}1`],
      [livingid, `${livingid}2`],
    ]),
  )
})

test('when one of several livings fails, the iteration fails and the other calls are aborted', async () => {
  await using far = await against({
    [paths.unwatched]: async ({ body }) => {
      if (body?.livingid === 'theirs') return failure(92008, 'no permission to operate this living')
      await new Promise((resolve) => setTimeout(resolve, 20_000).unref())
      return {}
    },
  })
  const began = Date.now()
  await assert.rejects(Array.fromAsync(far.client.unwatched(['slow', 'theirs'])), { errcode: 92008 })
  assert.ok(Date.now() - began < 5000)
})

test('an iteration stops at once when its signal aborts or its reader leaves the loop', async () => {
  const page = { students: [{ student_userid: 'li', partyids: [1] }], parents: [] }
  await using far = await against({
    [paths.unwatched]: async ({ body }, nth) => {
      if (nth > 0 && body?.next_cursor !== '0') await new Promise((resolve) => setTimeout(resolve, 20_000).unref())
      return { ...ok, has_more: 1, next_cursor: `c${nth}`, stat_info: page }
    },
  })
  const stop = new AbortController()
  const began = Date.now()
  await assert.rejects(async () => {
    for await (const _ of far.client.unwatched('L', { signal: stop.signal })) stop.abort(new Error('enough'))
  }, /enough/)
  for await (const _ of far.client.unwatched('L')) break
  assert.ok(Date.now() - began < 5000)
})

test("the list of a teacher's livings ends with an empty cursor", async () => {
  await using far = await against({
    '/cgi-bin/living/get_user_all_livingid': [
      { ...ok, next_cursor: 'n', livingid_list: ['a', 'b'] },
      { ...ok, next_cursor: '', livingid_list: ['c'] },
    ],
  })
  assert.deepEqual(await Array.fromAsync(far.client.livingids('wang')), ['a', 'b', 'c'])
  const bodies = far.asked.slice(1).map(({ body }) => body)
  // WeCom refuses a null cursor, so the first request has none
  assert.deepEqual(bodies, [
    { userid: 'wang', limit: 100 },
    { userid: 'wang', limit: 100, cursor: 'n' },
  ])
})
