import assert from 'node:assert/strict'
import fc from 'fast-check'
import { onBoth } from '../databases.ts'
import { endAt, linesOf } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { aRosterStep, openModel } from './model.ts'

/**
 * For any order of roster changes, and any sequence of ends that are reported and corrected, the register of an ended living is what the
 * model says of the roster at the last end that was reported.
 */
onBoth('a register is frozen as of its end, however late the end is reported and however often it is corrected', async (database) => {
  await using school = await makeSchool(database)
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRosterStep, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(14), { minLength: 1, maxLength: 4 }),
      async (steps, ends) => {
        const model = await openModel(school)
        const { livingid } = await school.client.livingCreate({
          anchor_userid: 'wang',
          theme: '公开课',
          living_start: school.clock.now,
          living_duration: 3600,
          living_range: { partyids: [...model.range] },
        })
        const start = school.clock.now
        await school.client.ours.start({ livingid, at: start })
        // after each step, at start + 10, 20, …, who is in range and follows
        const expectedAt = [model.inRange()]
        for (const [index, step] of steps.entries()) {
          school.clock.now = start + 10 * (index + 1)
          await model.take(step, livingid)
          expectedAt.push(model.inRange())
        }
        school.clock.now = start + 10 * (steps.length + 1)
        for (const end of ends) {
          const taken = Math.min(end, steps.length)
          await endAt(school, start + 10 * taken + 5, livingid)
          const lines = (await linesOf(school, livingid)).filter(({ in_range }) => in_range === 1)
          assert.deepEqual(lines.map(({ who, is_subscribe }) => (is_subscribe ? `${who} follows` : who)).sort(), expectedAt[taken])
        }
        school.clock.now += 10
      },
    ),
    { numRuns: 25 },
  )
})
