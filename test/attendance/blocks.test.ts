import assert from 'node:assert/strict'
import { moveRoster } from '../../src/roster/store.ts'
import { putViewers } from '../../src/roster/store_households.ts'
import { putMembers, putStudents } from '../../src/roster/store_students.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'

const studentCount = 6000
const nameOf = (no: number) => `pupil.${no}`

/** Creates a class of 6,000 students with bulk statements, which gives a register of 24 blocks of 256. Returns the id of the class. */
async function enrolMany(school: School): Promise<number> {
  const { id: parentid } = await school.client.departmentCreate({ name: '三年级', parentid: 1, type: 2 })
  const { id } = await school.client.departmentCreate({ name: '大班', parentid, type: 1 })
  const nos = Array.from({ length: studentCount }, (_, index) => index + 1)
  const flags = { is_subscribe: 1, renamed: 0, active: 1 }
  const students = nos.map((no) => ({
    student_no: no,
    student_userid: nameOf(no),
    student_key: nameOf(no),
    name: nameOf(no),
    mobile: null,
    mobile_key: null,
  }))
  const viewers = nos.map((no) => ({ viewer_no: no, student_no: no, parent_no: 0, relation: '', active: 1 }))
  const [corp] = await school.db.all<{ roster_version: number }>({
    strings: [`select roster_version from corp where corp_no = ${school.corp_no}`],
    parts: [],
  })
  await school.db.batch([
    putStudents(
      school.corp_no,
      students.map((student) => ({ ...student, partyids: String(id), ...flags })),
    ),
    ...putMembers(
      school.corp_no,
      nos,
      nos.map((no) => [id, no] as const),
    ),
    putViewers(school.corp_no, viewers),
    moveRoster(school.corp_no, corp?.roster_version ?? 0),
  ])
  return id
}

onBoth('the list is complete when its pages are cut from many blocks, whether blocks are cached singly or joined', async (database) => {
  await using school = await makeSchool(database)
  const classId = await enrolMany(school)
  const { livingid } = await school.client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: school.clock.now,
    living_duration: 3600,
    living_range: { partyids: [classId] },
  })
  await school.client.ours.start({ livingid })
  const missing = new Set(Array.from({ length: studentCount }, (_, index) => index + 1))
  const watch = async (nos: readonly number[]) => {
    const enter_time = school.clock.now
    await school.client.ours.presence({ livingid, stays: nos.map((no) => ({ student_userid: nameOf(no), enter_time })) })
    for (const no of nos) missing.delete(no)
  }
  await watch([...missing].filter((no) => no % 31 !== 5))
  const listed = async () => (await school.unwatched(livingid)).join()
  const expected = () => [...missing].map(nameOf).sort().join()
  assert.equal(await listed(), expected())
  // One student of each block in turn watches, in a mixed order of blocks. The server reads each changed block again, and joins the blocks
  // into one run when there are many.
  for (let round = 0; round < 26; round++) {
    const block = (round * 7) % 24
    const one = [...missing].find((no) => Math.floor(no / 256) === block)
    if (one) await watch([one])
    // the second list comes from the cache
    for (const time of [1, 2]) assert.equal(await listed(), expected(), `round ${round}, ${time}`)
  }
})
