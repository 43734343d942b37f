import assert from 'node:assert/strict'
import { patient } from '../../src/cli/mirror.ts'
import { LimitError } from '../../src/client/client.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { answersOf, farSchool, mirrorOf } from './far_school.ts'

/** A pull that breaks off leaves complete livings and no partial one, wherever it breaks off. The next pull completes it. */

type Change = (path: string, nth: number, answer: Record<string, unknown>) => object | undefined

/** A `fetch` that replaces an answer of the far server by what `change` returns for its path and its number, counted per path. */
function altered(change: Change): typeof fetch {
  const counts = new Map<string, number>()
  return async (url, options) => {
    const path = new URL(String(url)).pathname
    const nth = counts.get(path) ?? 0
    counts.set(path, nth + 1)
    const answer = (await (await fetch(url, options)).json()) as Record<string, unknown>
    return new Response(JSON.stringify(change(path, nth, answer) ?? answer))
  }
}
const stat = '/cgi-bin/school/living/get_watch_stat_v2'
const limited = { errcode: 45009, errmsg: 'api freq out of limit' }
/** Whether the mirror does not know this living. */
const isUnknown = async (here: Awaited<ReturnType<typeof mirrorOf>>, livingid: string) =>
  (await here.ask()).schoolGetLivingInfo({ livingid }).then(
    () => false,
    (error) => error.errcode === 40058,
  )

onBoth('after a rate limit error, a pull waits and continues', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const waits: unknown[] = []
  const fetch = altered((path, nth) => ((path === stat || path.endsWith('/user/list')) && nth < 2 ? limited : undefined))
  const retry = { attempts: 8, wait: (_: number, error: unknown) => waits.push(error) && 1 }
  await here.pull({ livingids: [far.living] }, { fetch, retry })
  assert.ok(waits.length >= 4 && waits.every((error) => error instanceof LimitError))
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))

  const limit = new LimitError({ name: 'x', path: '/x' }, 45009, 'api freq out of limit')
  const paused = Array.from({ length: (patient.attempts as number) - 1 }, (_, failed) => patient.wait?.(failed + 1, limit) as number)
  assert.ok((paused[0] as number) >= 5000)
  assert.ok(paused.reduce((sum, each) => sum + each) > 3 * 60_000, 'WeCom blocks for a minute at least')
})

onBoth('a pull that is stopped between two pages keeps the livings it has completed and shows no other', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const second = await far.startLiving(['3A', '3B'])
  const wanted = { livingids: [far.living, second] }
  const stop = new AbortController()
  const first = altered((path, nth) => {
    if (path === '/cgi-bin/school/living/get_unwatch_stat_v2' && nth === 4) stop.abort(new Error('interrupted'))
    return undefined
  })
  await assert.rejects(here.pull(wanted, { fetch: first, signal: stop.signal }), /interrupted/)
  assert.deepEqual([await isUnknown(here, far.living), await isUnknown(here, second)], [false, true])
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))
  const { livings } = await here.pull(wanted)
  assert.deepEqual(
    livings.map(({ changed }) => changed),
    [0, 12],
  )
  assert.deepEqual(await answersOf(await here.ask(), second), await answersOf(far.client, second))
})

onBoth('a pull fails when the students of a class cannot be read, and removes nobody', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  await here.pull()
  const refused = { errcode: 60011, errmsg: 'no privilege' }
  await assert.rejects(here.pull({}, { fetch: altered((path, nth) => (path.endsWith('/user/list') && nth === 1 ? refused : undefined)) }), {
    errcode: 60011,
  })
  await assert.rejects(
    here.pull({}, { fetch: altered((path) => (path.endsWith('/user/list') ? { errcode: 0, errmsg: 'ok' } : undefined)) }),
    /shows no pupil at all/,
  )
  assert.equal((await here.pull()).roster.changed.students, 0)
})

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, no) => [`s${no}`, []]))

onBoth('a living is visible completely or not at all, at whichever write a pull breaks off', async (database) => {
  await using far: School = await makeSchool(database, { classes: { '3A': many(2300) }, living: ['3A'] })
  await using here = await mirrorOf(database, far)
  await here.pull()
  let broke = 0
  for (; ; broke++) {
    let batches = 0
    const breaking = {
      ...here.db,
      batch: (queries: Parameters<typeof here.db.batch>[0]) => {
        if (batches++ > broke) throw new Error('the power is gone')
        return here.db.batch(queries)
      },
    }
    const done = await here.pull({ livingids: [far.living] }, {}, breaking).then(
      () => true,
      (error) => {
        assert.match(error.message, /the power is gone/)
        return false
      },
    )
    if (done) break
    assert.equal(await isUnknown(here, far.living), true, `after ${broke + 1} batches`)
  }
  assert.ok(broke >= 3, 'its lines were written in several batches')
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))
})

onBoth('without is_subscribe and status, as on WeCom, students on neither list count as not subscribed', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const fetch = altered((path, _, answer) => {
    if (path === '/cgi-bin/living/get_living_info') return { errcode: 48002, errmsg: 'api forbidden' }
    if (!path.endsWith('/user/list')) return undefined
    const students = answer.students as Record<string, unknown>[]
    return { ...answer, students: students.map(({ is_subscribe: _, ...student }) => student) }
  })
  await far.client.ours.end({ livingid: far.living, at: far.clock.now + 250 })
  far.clock.now += 300
  const { notes, livings } = await here.pull({ livingids: [far.living] }, { fetch })
  assert.deepEqual([livings[0]?.status, notes.length], [2, 3])
  const [there, mirrored] = [await answersOf(far.client, far.living), await answersOf(await here.ask(), far.living)]
  assert.deepEqual(
    [mirrored.watched, mirrored.unwatched, mirrored.unwatchedVersion1],
    [there.watched, there.unwatched, there.unwatchedVersion1],
  )
  const reasons = new Map(
    mirrored.report.lines
      .map((line) => JSON.parse(line))
      .map((line) => [`${line.parent_userid ?? ''}/${line.student_userid}`, line.reason]),
  )
  assert.deepEqual(
    ['/li', '/wu', 'li_dad/li', 'silent_mum/silent', 'guest_dad/guest'].map((who) => reasons.get(who)),
    ['watched', 'never_came', 'not_subscribed', 'not_subscribed', 'outsider'],
  )
})

onBoth('when the range names group chats and no class, exactly the people on the lists are in range', async (database) => {
  await using far = await farSchool(database)
  await using here = await mirrorOf(database, far)
  const fetch = altered((path, _, answer) =>
    path === '/cgi-bin/school/living/get_living_info'
      ? { ...answer, living_info: { ...(answer.living_info as object), living_range: { group_names: ['班级群'] } } }
      : undefined,
  )
  await here.pull({ livingids: [far.living] }, { fetch })
  const [there, mirrored] = [await answersOf(far.client, far.living), await answersOf(await here.ask(), far.living)]
  assert.deepEqual([mirrored.watched, mirrored.unwatched], [there.watched, there.unwatched])
  const { counts } = mirrored.report
  assert.deepEqual([counts?.expected, counts?.missing, counts?.in_range, counts?.visitors], [10, 7, 11, 2])
})
