import assert from 'node:assert/strict'
import fc from 'fast-check'
import { tickedCache } from '../../src/attendance/presence/ticked_cache.ts'
import { matchIdentity, unmatchIdentity } from '../../src/identity/match.ts'
import { reportIdentified } from '../../src/identity/report.ts'
import { loadLiving } from '../../src/living/living.ts'
import type { Living } from '../../src/living/store.ts'
import { retryOnConflict } from '../../src/store/db.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { endAt, linesOf, reserve, startAt } from '../livings.ts'
import { makeSchool, personOf, type School } from '../world.ts'

/**
 * Identifying somebody before their stays are reported comes to the same register as reporting them as a visitor and matching them later,
 * whatever was matched wrongly in between, and whenever the living started and ended.
 */

const at = 1_800_000_000
const viewers = ['li', 'li_mum/li', 'li_mum/he', 'wu', 'he']
const identities = ['a@school.example', 'b@school.example', '外面的人']

type Stay = { who: string; stay_id: string; enter: number; lasts: number }
type Match = { who: string; as: string[] | null }

const aStay: fc.Arbitrary<Stay> = fc.record({
  who: fc.constantFrom(...identities),
  stay_id: fc.constantFrom('1', '2'),
  enter: fc.integer({ min: -20, max: 120 }),
  lasts: fc.integer({ min: 0, max: 60 }),
})
const aMatch: fc.Arbitrary<Match> = fc.record({
  who: fc.constantFrom(...identities),
  as: fc.option(fc.subarray(viewers, { maxLength: 2 }), { freq: 4 }),
})
const aHistory = fc.record({
  stays: fc.array(aStay, { minLength: 1, maxLength: 8 }),
  wrong: fc.array(aMatch, { maxLength: 4 }),
  final: fc.tuple(...identities.map((who) => aMatch.map(({ as }): Match => ({ who, as })))),
  order: fc.array(fc.nat(1000), { minLength: 16, maxLength: 16 }),
  times: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 50, max: 110 })),
})

/** Reports stays and matches of one school, as a source that is called `zoom`. */
async function sourceOf(school: School) {
  const context = { db: school.db, ticked: tickedCache(), presenceStarts: true }
  const numbers = new Map<string, number>()
  for (const who of viewers) {
    const { student_userid, parent_userid } = personOf(who)
    const [row] = await school.db.all<{ viewer_no: number }>(sql`
      select v.viewer_no from viewer v
      join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
      left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
      where v.corp_no = ${school.corp_no} and s.student_userid = ${student_userid} and coalesce(p.parent_userid, '') = ${parent_userid ?? ''}`)
    if (row) numbers.set(who, row.viewer_no)
  }
  return {
    report: ({ who, stay_id, enter, lasts }: Stay, livingid: string) =>
      retryOnConflict(async () => {
        const living = (await loadLiving(school.db, school.corp_no, livingid)) as Living
        const stay = { source: 'zoom', identity: who, name: who, stay_id, enter_time: at + enter, leave_time: at + enter + lasts }
        return reportIdentified(context, living, 'zoom', [stay], school.clock.now)
      }),
    match: ({ who, as }: Match) =>
      as
        ? matchIdentity(
            school.db,
            school.corp_no,
            'zoom',
            who,
            as.map((each) => numbers.get(each) as number),
            school.clock.now,
          )
        : unmatchIdentity(school.db, school.corp_no, 'zoom', who, school.clock.now),
  }
}

/** Lines, stays and lists of a living. */
async function registerOf(school: School, livingid: string) {
  const lines = await linesOf(school, livingid)
  const stays = await school.db.all<object>(sql`
    select s.viewer_no, s.stay_id, s.enter_time, s.leave_time from stay s
    join living l on l.corp_no = s.corp_no and l.living_no = s.living_no
    where s.corp_no = ${school.corp_no} and l.livingid = ${livingid}
    order by s.viewer_no, s.stay_id`)
  const { stat_info } = await school.client.getWatchStatV2({ livingid })
  const { counts } = await school.client.ours.report({ livingid })
  return {
    lines: lines.toSorted((a, b) => (a.who < b.who ? -1 : 1)),
    stays,
    stat_info,
    counts,
    unwatched: await school.unwatched(livingid),
  }
}

onBoth('identifying first and reporting then gives the same register as reporting a visitor and matching later', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'], wu: [] }, '3B': { he: ['li_mum'] } } })
  const source = await sourceOf(school)
  await fc.assert(
    fc.asyncProperty(aHistory, async ({ stays, wrong, final, order, times }) => {
      const held = async () => {
        school.clock.now = at
        const livingid = await reserve(school, ['3A'])
        school.clock.now = at + 200
        return livingid
      }
      const [first, second] = [await held(), await held()]
      const life = (livingid: string) => [() => startAt(school, at + times[0], livingid), () => endAt(school, at + times[1], livingid)]
      for (const match of final) await source.match(match)
      for (const step of [...life(first), ...stays.map((stay) => () => source.report(stay, first))]) await step()
      const identifiedFirst = await registerOf(school, first)

      for (const who of identities) await source.match({ who, as: null })
      const shuffled = [...stays.map((stay) => () => source.report(stay, second)), ...wrong.map((match) => () => source.match(match))]
        .map((step, index) => ({ step, place: order[index] ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ step }) => step)
      const middle = (order[15] ?? 0) % (shuffled.length + 1)
      for (const step of [...shuffled.slice(0, middle), ...life(second), ...shuffled.slice(middle)]) await step()
      for (const match of final) await source.match(match)
      assert.deepEqual(await registerOf(school, second), identifiedFirst)
      assert.deepEqual(await registerOf(school, first), identifiedFirst)
    }),
    { numRuns: 10 },
  )
})
