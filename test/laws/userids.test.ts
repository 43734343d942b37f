import assert from 'node:assert/strict'
import fc from 'fast-check'
import { onBoth } from '../databases.ts'
import { enrolled, linesOf } from '../livings.ts'
import { makeSchool } from '../world.ts'

/**
 * A userid is given, its owner is deleted, it is given again. The register of a running living has a line for each owner, and a stay
 * belongs to the latest owner of the userid, deleted or not.
 */

type Step = { readonly does: 'give' | 'delete' | 'watch'; readonly userid: string }
/** An owner of a userid: "student", or "parent/student". */
type Owner = { readonly who: string; isActive: boolean; hasWatched: boolean }

const aStep: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('give', 'give', 'delete', 'watch'),
  userid: fc.constantFrom('s1', 'S1', 's2', 'p1', 'P1', 'p2'),
})

onBoth('each owner of a userid has a line, and a stay belongs to the latest of them', async (database) => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 6, maxLength: 20 }), async (steps) => {
      await using school = await makeSchool(database, { classes: { '3A': { kid: [] } }, living: ['3A'] })
      const { client } = school
      const ownersByKey = new Map<string, Owner[]>([['kid', [{ who: 'kid', isActive: true, hasWatched: false }]]])
      let mobile = 13_000_000_000
      for (const { does, userid } of steps) {
        const isStudent = userid.toLowerCase().startsWith('s')
        const owners = ownersByKey.get(userid.toLowerCase()) ?? []
        const latest = owners.at(-1)
        if (does === 'give' && !latest?.isActive) {
          if (isStudent) await enrolled(school, userid, ['3A'])
          else {
            await client.createParent({
              parent_userid: userid,
              mobile: String(mobile++),
              children: [{ student_userid: 'kid', relation: '妈妈' }],
            })
            await client.ours.subscriptions({ parents: [{ parent_userid: userid, is_subscribe: 1 }] })
          }
          const owner = { who: isStudent ? userid : `${userid}/kid`, isActive: true, hasWatched: false }
          ownersByKey.set(userid.toLowerCase(), [...owners, owner])
        } else if (does === 'delete' && latest?.isActive) {
          await (isStudent ? client.deleteStudent({ userid }) : client.deleteParent({ userid }))
          latest.isActive = false
        } else if (does === 'watch') {
          const { unknown } = await school.watch(isStudent ? userid : `${userid}/kid`)
          assert.equal(unknown.length, latest ? 0 : 1)
          if (latest) latest.hasWatched = true
        }
      }
      const everybody = [...ownersByKey.values()].flat()
      const lines = (await linesOf(school)).map(({ who, in_range, watched }) => `${who} ${in_range} ${watched}`)
      assert.deepEqual(lines.sort(), everybody.map((each) => `${each.who} ${Number(each.isActive)} ${Number(each.hasWatched)}`).sort())
      const missing = everybody.filter((each) => each.isActive && !each.hasWatched)
      assert.deepEqual(await school.unwatched(), missing.map((each) => each.who).sort())
    }),
    { numRuns: 10 },
  )
})
