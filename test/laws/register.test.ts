import assert from 'node:assert/strict'
import fc from 'fast-check'
import { onBoth } from '../databases.ts'
import { endAt, type Line, linesOf } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { aRosterStep, aStep, type Model, openModel } from './model.ts'

/** Until a living ends, its register is a function of the roster and the stays. After the end, roster changes no longer alter it. */

const isExpected = (line: Line) => line.in_range === 1 && line.is_subscribe === 1 && line.excused === null

async function checkOpen(school: School, model: Model, livingid: string, watched: ReadonlySet<string>): Promise<void> {
  const lines = await linesOf(school, livingid)
  const inRange = lines.filter((line) => line.in_range === 1)
  assert.deepEqual(inRange.map(({ who, is_subscribe }) => (is_subscribe ? `${who} follows` : who)).sort(), model.inRange())
  assert.deepEqual(lines.filter((line) => line.watched === 1).map((line) => line.who).sort(), [...watched].sort()) // biome-ignore format: laid out as a table
  for (const { who, partyids } of lines) assert.deepEqual(partyids, model.partyidsOf(who), `the classes of ${who}`)
  const missing = inRange.filter((line) => isExpected(line) && line.watched === 0)
  assert.deepEqual(await school.unwatched(livingid), missing.map((line) => line.who).sort())
}

onBoth('the register of an open living follows from the roster and the stays, and its counts add up', async (database) => {
  await using school = await makeSchool(database, { pageSize: 2 })
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 5 }), fc.array(aStep, { minLength: 1, maxLength: 14 }), async (before, during) => {
      const model = await openModel(school)
      for (const step of before) await model.take(step)
      const livingid = await model.startLiving()
      const watched = new Set<string>()
      for (const step of during) {
        await model.take(step, livingid)
        if (step.does === 'watch') {
          const who = model.nameOf(step)
          if (model.isViewer(who)) watched.add(who)
        }
      }
      await checkOpen(school, model, livingid, watched)
      const { counts } = await school.client.ours.report({ livingid })
      assert.ok(counts)
      assert.equal(counts.in_range, counts.not_subscribed + counts.excused + counts.expected)
      assert.equal(counts.expected, counts.watched + counts.missing)
      assert.equal(counts.in_range, model.inRange().length)
      assert.equal(counts.missing, (await school.unwatched(livingid)).length)
    }),
    { numRuns: 12 },
  )
})

onBoth('after a living has ended, roster changes do not change its list, except that a new userid is shown', async (database) => {
  await using school = await makeSchool(database, { pageSize: 3 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStep, { minLength: 4, maxLength: 8 }),
      fc.array(aRosterStep, { minLength: 1, maxLength: 8 }),
      fc.nat(4),
      async (before, after, renamed) => {
        const model = await openModel(school)
        for (const step of before) await model.take(step)
        const livingid = await model.startLiving()
        for (const step of before) if (step.does === 'watch') await model.take(step, livingid)
        await endAt(school, school.clock.now + 1, livingid)
        const frozen = await linesOf(school, livingid)
        const listed = await school.unwatched(livingid)
        for (const step of after) await model.take(step)
        assert.deepEqual(await linesOf(school, livingid), frozen)
        assert.deepEqual(await school.unwatched(livingid), listed)
        const old = model.studentUserid(renamed)
        if (!model.students.has(old)) return
        await school.client.updateStudent({ student_userid: old, new_student_userid: `${old}new` })
        const now = listed.map((who) => (who === old || who.endsWith(`/${old}`) ? `${who}new` : who)).sort()
        assert.deepEqual(await school.unwatched(livingid), now)
      },
    ),
    { numRuns: 8 },
  )
})
