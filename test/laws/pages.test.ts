import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createClient } from '../../src/client/client.ts'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { linesOf } from '../livings.ts'
import { makeSchool, type School, unwatchedBy } from '../world.ts'
import { aStay, aStep, openModel, type Step } from './model.ts'

/** Properties of the pages of the unwatched list when a caller reads them all by following the cursor. */

const classes = { '3A': Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`s${index}`, [`m${index % 3}`, `d${index}`]])) }

async function page(client: School['client'], livingid: string, next_cursor: string) {
  const { stat_info, ...rest } = await client.getUnwatchStatV2({ livingid, next_cursor })
  const parents = stat_info.parents.map((each) => `${each.parent_userid}/${each.student_userid}`)
  return { ...rest, names: [...stat_info.students.map((each) => each.student_userid), ...parents] }
}

onBoth('the pages together are the whole list, even when their sizes change from page to page', async (database) => {
  await using school = await makeSchool(database, { classes, silent: ['s1', 'm2'] })
  const everybody = Object.entries(classes['3A']).flatMap(([student, parents]) => [
    student,
    ...parents.map((parent) => `${parent}/${student}`),
  ])
  const servers = [1, 2, 3, 7, 24].map((pageSize) => ({ pageSize, server: anotherServer(school, { pageSize }) }))
  const clients = await Promise.all(
    servers.map(async ({ pageSize, server }) => {
      const { base } = await server
      return { pageSize, client: createClient({ base, corpid: school.corpid, corpsecret: school.app.secret }) }
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.subarray(everybody), fc.infiniteStream(fc.nat(clients.length - 1)), async (watched, sizes) => {
      const livingid = await school.startLiving(['3A'])
      const enter_time = school.clock.now
      const stays = watched.map((who) => {
        const [first = '', second] = who.split('/')
        return second === undefined ? { student_userid: first, enter_time } : { parent_userid: first, student_userid: second, enter_time }
      })
      if (stays.length) await school.client.ours.presence({ livingid, stays })
      const expected = everybody.filter((who) => !watched.includes(who) && !/^s1$|^m2\//.test(who))
      const listed: string[] = []
      for (let next_cursor = '0', has_more = 1; has_more === 1; ) {
        const { client, pageSize } = clients[sizes.next().value ?? 0] as (typeof clients)[number]
        const answer = await page(client, livingid, next_cursor)
        assert.ok(answer.names.length <= pageSize)
        listed.push(...answer.names)
        ;({ next_cursor, has_more } = answer)
      }
      assert.deepEqual(listed.sort(), expected.sort())
    }),
    { numRuns: 20 },
  )
  for (const { server } of servers) await (await server)[Symbol.asyncDispose]()
})

/** Four students in the classes 0 and 1 who subscribe to the notices. */
const full: readonly Step[] = [0, 1, 2, 3].flatMap((student): Step[] => [
  { does: 'enrol', student, classes: [student % 2] },
  { does: 'follow', student, is_subscribe: 1 },
])
/** Two parents of those students, who subscribe too. */
const parents: readonly Step[] = [
  { does: 'parent', parent: 0, children: [0, 1, 2] },
  { does: 'parent', parent: 1, children: [3] },
  { does: 'follow', parent: 0, is_subscribe: 1 },
  { does: 'follow', parent: 1, is_subscribe: 1 },
]

onBoth('a viewer who is missing from the first page to the last is listed exactly once, whatever changes', async (database) => {
  await using school = await makeSchool(database, { pageSize: 2 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(aStep, { maxLength: 3 }), { minLength: 5, maxLength: 5 }), fc.boolean(), async (between, atOnce) => {
      const model = await openModel(school)
      for (const step of [...full, ...parents]) await model.take(step)
      const livingid = await model.startLiving()
      const missing = async () =>
        (await linesOf(school, livingid)).filter((line) => line.in_range && line.is_subscribe && !line.watched).map((line) => line.who)
      let throughout = await missing()
      const listed: string[] = []
      for (let next_cursor = '0', has_more = 1, pages = 0; has_more === 1; pages++) {
        const meanwhile = async () => {
          for (const step of between[pages] ?? []) {
            await model.take(step, livingid)
            const still = await missing()
            throughout = throughout.filter((who) => still.includes(who))
          }
        }
        const changing = atOnce ? meanwhile() : undefined
        const answer = await page(school.client, livingid, next_cursor)
        await (changing ?? meanwhile())
        listed.push(...answer.names)
        ;({ next_cursor, has_more } = answer)
        assert.ok(pages < 30, 'the list never ends')
      }
      assert.equal(new Set(listed).size, listed.length, 'somebody is listed twice')
      for (const who of throughout) assert.ok(listed.includes(who), `${who} is lost`)
    }),
    { numRuns: 10 },
  )
})

onBoth('each of two servers lists every change that either of them has acknowledged', async (database) => {
  await using school = await makeSchool(database, { pageSize: 3 })
  await using another = await anotherServer(school, { pageSize: 2 })
  const other = createClient({ base: another.base, corpid: school.corpid, corpsecret: school.app.secret })
  const aChange = fc.oneof(
    { weight: 3, arbitrary: aStep },
    { weight: 2, arbitrary: aStay },
    fc.record({ does: fc.constant('excuse' as const), student: fc.nat(4) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(aChange, fc.boolean()), { minLength: 5, maxLength: 12 }), async (changes) => {
      const model = await openModel(school)
      for (const step of [...full, ...parents]) await model.take(step)
      const livingid = await model.startLiving()
      for (const [change, elsewhere] of changes) {
        const through = elsewhere ? { ...school, client: other } : school
        const reason = { reason: '病假', by: 'wang' }
        if (change.does === 'excuse')
          await through.client.ours.excuse({ livingid, viewers: [{ student_userid: model.studentUserid(change.student) }], ...reason })
        else await model.take(change, livingid, through)
        const missing = (await linesOf(school, livingid))
          .filter((line) => line.in_range && line.is_subscribe && line.excused === null && !line.watched)
          .map((line) => line.who)
          .sort()
        for (const client of [school.client, other]) assert.deepEqual(await unwatchedBy(client, livingid), missing, change.does)
      }
    }),
    { numRuns: 6 },
  )
})
