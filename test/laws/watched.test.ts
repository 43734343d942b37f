import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Client } from '../../src/client/client.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, unwatchedBy } from '../world.ts'

const classes = { '3A': { li: ['li_mum', 'li_dad'], wu: ['wu_dad'], he: [] }, '3B': { li: [], zu: ['wu_dad'] } } as const
const viewers = ['li', 'wu', 'he', 'zu', 'li_mum/li', 'li_dad/li', 'wu_dad/wu', 'wu_dad/zu']
const silent = ['he', 'li_dad']
const expected = viewers.filter((who) => !silent.includes(who.split('/')[0] as string))

async function watchedBy(client: Client, livingid: string): Promise<string[]> {
  const { stat_info } = await client.getWatchStatV2({ livingid })
  return [
    ...stat_info.students.map((each) => each.student_userid),
    ...stat_info.parents.map((each) => `${each.parent_userid}/${each.student_userid}`),
  ].sort()
}

/** Generates a stay around a living that lasts from second 0 until before second 600. */
const stay = fc.record({
  who: fc.constantFrom(...viewers),
  enter: fc.integer({ min: -200, max: 900 }),
  lasts: fc.integer({ min: 0, max: 300 }),
  replay: fc.constantFrom(0, 0, 0, 1),
})

onBoth('at any moment each expected viewer is on exactly one of the watched and the unwatched list', async (database) => {
  await using school = await makeSchool(database, { classes, silent })
  await fc.assert(
    fc.asyncProperty(fc.array(stay, { maxLength: 12 }), fc.boolean(), async (stays, ends) => {
      const living = await school.startLiving(['3A', '3B'])
      const { now } = school.clock
      school.clock.now += 1200
      for (const { who, enter, lasts, replay } of stays)
        await school.watch(who, now + enter, { leave_time: now + enter + lasts, replay, stay_id: `${enter} ${lasts}` }, living)
      if (ends) await school.client.ours.end({ livingid: living, at: now + 600 })
      const watched = await watchedBy(school.client, living)
      const unwatched = await unwatchedBy(school.client, living)
      assert.deepEqual(
        watched.filter((who) => unwatched.includes(who)),
        [],
      )
      assert.deepEqual([...watched.filter((who) => expected.includes(who)), ...unwatched].sort(), [...expected].sort())
      school.clock.now = now
    }),
    { numRuns: 15 },
  )
})

onBoth('watch_time counts each second of the living once during which at least one stay of the viewer lasted', async (database) => {
  await using school = await makeSchool(database, { classes, silent })
  await fc.assert(
    fc.asyncProperty(fc.array(stay, { minLength: 1, maxLength: 8 }), async (stays) => {
      const living = await school.startLiving(['3A', '3B'])
      const { now } = school.clock
      school.clock.now += 1200
      await school.client.ours.presence({
        livingid: living,
        stays: stays.map(({ enter, lasts }, index) => ({
          student_userid: 'li',
          stay_id: `s${index}`,
          enter_time: now + enter,
          leave_time: now + enter + lasts,
        })),
      })
      await school.client.ours.end({ livingid: living, at: now + 600 })
      const clipped = stays.map(({ enter, lasts }) => Math.max(0, Math.min(enter + lasts, 600) - Math.max(enter, 0)))
      const { stat_info } = await school.client.getWatchStatV2({ livingid: living })
      const watch_time = stat_info.students[0]?.watch_time ?? 0
      assert.ok(watch_time <= 600 && watch_time <= clipped.reduce((sum, each) => sum + each, 0), `${watch_time}`)
      assert.ok(watch_time >= Math.max(...clipped), `${watch_time}`)
      // the seconds of the living that lie within at least one stay
      const seconds = Array.from({ length: 600 }, (_, second) =>
        stays.some(({ enter, lasts }) => enter <= second && second < enter + lasts),
      )
      assert.equal(watch_time, seconds.filter(Boolean).length)
      school.clock.now = now
    }),
    { numRuns: 15 },
  )
})

onBoth('after the end only late reports of stays within the living change the list', async (database) => {
  await using school = await makeSchool(database, { classes, silent, living: ['3A'] })
  const { now } = school.clock
  school.clock.now += 600
  await school.client.ours.end({ livingid: school.living, at: now + 500 })
  const before = await school.unwatched()
  await school.client.updateStudent({ student_userid: 'wu', department: [school.classIds['3B'] as number] })
  await school.client.ours.subscriptions({ parents: [{ parent_userid: 'li_mum', is_subscribe: 0 }] })
  await school.watch('wu', now + 550)
  await school.watch('wu', now + 100, { replay: 1 })
  assert.deepEqual(await school.unwatched(), before)
  await school.watch('wu', now + 100)
  assert.deepEqual(
    await school.unwatched(),
    before.filter((who) => who !== 'wu'),
  )
})
