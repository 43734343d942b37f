import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { send, tokenOf } from '../http/raw.ts'
import { reserve } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/**
 * SDKs send "" and 0 for optional fields that their caller has not set. In the fields below these values mean nothing else, so they count
 * as absent.
 */

const plan = { classes: { '3A': { li: ['mum'], wu: [] } } }

onBoth('a student is created and updated with empty fields as if they were absent', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client, classIds } = school
  const department = [classIds['3A'] as number]
  for (const student_userid of ['he', 'zhou']) await client.createStudent({ student_userid, name: '何', department, mobile: '' })
  assert.equal((await client.userGet({ userid: 'he' })).student?.mobile, undefined)
  await client.updateStudent({ student_userid: 'he', mobile: '13800000001' })
  const before = await client.userGet({ userid: 'he' })
  await client.updateStudent({ student_userid: 'he', new_student_userid: '', name: '', mobile: '' })
  assert.deepEqual(await client.userGet({ userid: 'he' }), before)
  await client.batchUpdateStudent({ students: [{ student_userid: 'he', new_student_userid: '', name: '贺', mobile: '' }] })
  assert.deepEqual((await client.userGet({ userid: 'he' })).student, { ...before.student, name: '贺' })
  await refused(client.createStudent({ student_userid: 'x', name: '', department }), 40058, /name/)
})

onBoth('a parent is updated with empty fields as if they were absent', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client } = school
  const before = await client.userGet({ userid: 'mum' })
  await client.updateParent({ parent_userid: 'mum', new_parent_userid: '', mobile: '', children: [] })
  await client.batchUpdateParent({ parents: [{ parent_userid: 'mum', new_parent_userid: '', mobile: '' }] })
  assert.deepEqual(await client.userGet({ userid: 'mum' }), before)
})

onBoth('a department is updated with empty fields as if they were absent, but a standard_grade of 0 has a meaning', async (database) => {
  await using school = await makeSchool(database, plan)
  const { client } = school
  const { id } = await client.departmentCreate({ parentid: 1, type: 2, standard_grade: 31, register_year: 2025 })
  const shown = async (no: number) => (await client.departmentList({ id: no })).departments[0]
  const before = await shown(id)
  await client.departmentUpdate({ id, new_id: 0, parentid: 0, register_year: 0, name: '' })
  assert.deepEqual(await shown(id), before)
  await client.departmentUpdate({ id, new_id: '0', parentid: '0', register_year: '0' } as never)
  assert.deepEqual(await shown(id), before)
  await client.departmentUpdate({ id, register_year: 0, standard_grade: 0 })
  const { standard_grade: _, ...rest } = before ?? {}
  assert.deepEqual(await shown(id), rest)
  const class_id = school.classIds['3A'] as number
  await client.departmentUpdate({ id: class_id, parentid: 0, register_year: 0, name: '3C' })
  assert.equal((await shown(class_id))?.name, '3C')
})

onBoth('a living keeps its theme when it is modified with an empty one', async (database) => {
  await using school = await makeSchool(database, plan)
  const livingid = await reserve(school, ['3A'])
  await school.client.livingModify({ livingid, theme: '', living_duration: 60 })
  const { living_info } = await school.client.livingGetLivingInfo({ livingid })
  assert.deepEqual([living_info.theme, living_info.reserve_living_duration], ['公开课', 60])
})

onBoth('the livings of a teacher are listed with a limit of 0 as without a limit', async (database) => {
  await using school = await makeSchool(database, plan)
  for (const _ of [1, 2, 3]) await reserve(school, ['3A'])
  const all = await school.client.getUserAllLivingid({ userid: 'wang' })
  assert.equal(all.livingid_list.length, 3)
  assert.deepEqual(await school.client.getUserAllLivingid({ userid: 'wang', limit: 0 }), all)
  await refused(school.client.getUserAllLivingid({ userid: 'wang', limit: -1 }), 40058, /limit/)
  const token = await tokenOf(school.base, school.app)
  const { answer } = await send(school.base, `/cgi-bin/living/get_user_all_livingid?access_token=${token}`, {
    body: String.raw`{"userid":"w\u0061ng","limit":0}`,
  })
  assert.equal(answer.errcode, 0, answer.errmsg)
})
