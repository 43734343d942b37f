import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom page 92330. */

const plan = { classes: { '3A': { li: [], wu: [] }, '3B': {} }, living: ['3A'] }

onBoth('a batch changes the students it can, lists the failures, and answers the first failure’s errcode', async (database) => {
  await using school = await makeSchool(database, plan)
  const department = [school.classIds['3B'] as number]
  const answer = await refused<{ result_list: { student_userid: string; errcode: number }[] }>(
    school.client.batchUpdateStudent({
      students: [
        { student_userid: 'li', name: '李', department },
        { student_userid: 'nobody', name: '无' },
        { student_userid: 'wu', department: [999] },
        { student_userid: 'wu', new_student_userid: 'woo' },
        { student_userid: 'woo', name: '吴' },
      ],
    }),
    60111,
  )
  assert.deepEqual(answer.result_list.map((each) => [each.student_userid, each.errcode]), [['nobody', 60111], ['wu', 60123]]) // biome-ignore format: easier to read on one line
  assert.deepEqual((await school.client.userGet({ userid: 'li' })).student?.department, department)
  assert.equal((await school.client.userGet({ userid: 'woo' })).student?.name, '吴')
  assert.deepEqual(await school.unwatched(), ['woo'])
})

onBoth('a batch has 1 to 100 students and answers errmsg "updated"', async (database) => {
  await using school = await makeSchool(database, plan)
  const { errmsg, result_list } = await school.client.batchUpdateStudent({ students: [{ student_userid: 'li', name: '李' }] })
  assert.deepEqual([errmsg, result_list], ['updated', []])
  await refused(school.client.batchUpdateStudent({ students: [] }), 40058, /students/)
  const many = Array(101).fill({ student_userid: 'li' })
  await refused(
    school.client.batchUpdateStudent({ students: many }),
    65012,
    /^students: expected an array of 1-100, got an array of 101\. /,
  )
})

onBoth('a student who moves twice after watching is listed with the latest classes', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, '3B': {}, '3C': {} }, living: ['3A'] })
  await school.watch('li')
  for (const name of ['3B', '3C'])
    await school.client.updateStudent({ student_userid: 'li', department: [school.classIds[name] as number] })
  const { stat_info } = await school.client.getWatchStatV2({ livingid: school.living })
  assert.deepEqual(stat_info.students[0]?.partyids, [school.classIds['3C']])
})
