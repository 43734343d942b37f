import assert from 'node:assert/strict'
import fc from 'fast-check'
import { onBoth } from '../databases.ts'
import { endAt, linesOf, reserve, startAt } from '../livings.ts'
import { makeSchool, personOf } from '../world.ts'

/**
 * Reports of stays are commutative and idempotent: the same stays, reported in any order, in any batches, some of them twice, before,
 * between or after reports of start and end, always give the same register.
 */

const at = 1_800_000_000
const people = ['li', 'li_mum/li', 'wu', 'he', '#1', '#2']

type Stay = { who: string; stay_id?: string; enter: number; leave?: number; is_comment: number; replay: number }

const aStay: fc.Arbitrary<Stay> = fc
  .record(
    {
      who: fc.constantFrom(...people),
      stay_id: fc.constantFrom('a', 'b'),
      enter: fc.integer({ min: -20, max: 120 }),
      lasts: fc.integer({ min: 0, max: 60 }),
      is_comment: fc.nat(1),
      replay: fc.constantFrom(0, 0, 0, 1),
    },
    { requiredKeys: ['who', 'enter', 'is_comment', 'replay'] },
  )
  .map(({ lasts, ...stay }) => ({ ...stay, ...(lasts !== undefined && { leave: stay.enter + lasts }) }))

const reported = ({ who, enter, leave, ...rest }: Stay) => ({
  ...(who.startsWith('#') ? { visitor_id: who, nickname: who } : personOf(who)),
  enter_time: at + enter,
  ...(leave !== undefined && { leave_time: at + leave }),
  ...rest,
})

/** Generates batches that contain all these stays in a random order, and some of them twice. */
const batchesOf = (stays: readonly Stay[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...stays], { minLength: stays.length }),
      fc.subarray([...stays]),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
    )
    .map(([all, again, sizes]) => {
      const rest = [...all, ...again]
      const batches: Stay[][] = []
      for (let index = 0; rest.length; index++) batches.push(rest.splice(0, sizes[index % sizes.length]))
      return batches
    })

/** The expected result: who has a stay that overlaps [start, end), after the reports of each stay were merged. Times in seconds after `at`. */
function watchedOf(stays: readonly Stay[], start: number, end: number): string[] {
  const merged = new Map<string, { who: string; enter: number; leave: number }>()
  for (const { who, stay_id, enter, leave = enter, replay } of stays) {
    if (replay) continue
    const key = `${who} ${stay_id ?? enter}`
    const same = merged.get(key) ?? { who, enter, leave }
    merged.set(key, { who, enter: Math.min(same.enter, enter), leave: Math.max(same.leave, leave) })
  }
  const watched = [...merged.values()].filter(({ enter, leave }) =>
    leave === enter ? enter >= start && enter < end : enter < end && leave > start,
  )
  return [...new Set(watched.map(({ who }) => who))].sort()
}

const aHistory = fc.array(aStay, { minLength: 1, maxLength: 12 }).chain((stays) =>
  fc.record({
    stays: fc.constant(stays),
    histories: fc.tuple(batchesOf(stays), batchesOf(stays)),
    starts: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })),
    ends: fc.tuple(fc.integer({ min: 50, max: 110 }), fc.integer({ min: 50, max: 110 })),
    places: fc.array(fc.nat(12), { minLength: 4, maxLength: 4 }),
  }),
)

onBoth('the same stays give the same register, in whatever order, batches and repetitions they are reported', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: [] }, '3B': { he: [] } } })
  school.clock.now = at
  await fc.assert(
    fc.asyncProperty(aHistory, async ({ stays, histories, starts, ends, places }) => {
      const registers: object[] = []
      for (const batches of histories) {
        school.clock.now = at
        const livingid = await reserve(school, ['3A'])
        school.clock.now = at + 200
        const calls = [
          () => startAt(school, at + starts[0], livingid),
          () => endAt(school, at + ends[0], livingid),
          () => startAt(school, at + starts[1], livingid),
          () => endAt(school, at + ends[1], livingid),
        ]
        const order = [...places].sort((a, b) => a - b)
        for (let index = 0; index < Math.max(batches.length, 13); index++) {
          while (calls.length && (order[4 - calls.length] ?? 0) <= index) await calls.shift()?.()
          const batch = batches[index]
          if (batch) await school.client.ours.presence({ livingid, stays: batch.map(reported) })
        }
        const lines = await linesOf(school, livingid)
        assert.deepEqual(lines.filter((line) => line.watched).map((line) => line.who).sort(), watchedOf(stays, starts[1], ends[1])) // biome-ignore format: one thought
        const { stat_info } = await school.client.getWatchStatV2({ livingid })
        registers.push({ lines: lines.toSorted((a, b) => (a.who < b.who ? -1 : 1)), stat_info })
      }
      assert.deepEqual(registers[0], registers[1])
    }),
    { numRuns: 15 },
  )
})
