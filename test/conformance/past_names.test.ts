import assert from 'node:assert/strict'
import { dropHookData } from '../../src/hooks/store.ts'
import { retention } from '../../src/living/retention.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { endAt } from '../livings.ts'
import { importInto } from '../roster_import/import_into.ts'
import { makeSchool, type School } from '../world.ts'

/** The report of an ended living shows the names that students had at its end. */

const plan = { classes: { '3A': { wu: ['mum'] } }, living: ['3A'] }

const namesIn = async (school: School, livingid = school.living) => [
  ...new Set((await school.client.ours.report({ livingid })).lines.map(({ name }) => name)),
]
const renamed = (school: School, name: string) => school.client.updateStudent({ student_userid: 'wu', name })

onBoth('a name that is changed after the end changes in running livings and in later ones, and not in an ended one', async (database) => {
  await using school = await makeSchool(database, plan)
  const { clock, living: first } = school
  await renamed(school, '吴大')
  clock.now += 600
  await endAt(school, clock.now, first)
  const second = await school.startLiving(['3A'])
  clock.now += 600
  await renamed(school, '吴中')
  assert.deepEqual([await namesIn(school, first), await namesIn(school, second)], [['吴大'], ['吴中']])
  clock.now += 600
  await endAt(school, clock.now, second)
  clock.now += 600
  await renamed(school, '吴小')
  assert.deepEqual([await namesIn(school, first), await namesIn(school, second)], [['吴大'], ['吴中']])
})

onBoth('the names follow a corrected end, and a reopened living shows the names of today', async (database) => {
  await using school = await makeSchool(database, plan)
  const { clock } = school
  await renamed(school, '吴大')
  clock.now += 600
  await renamed(school, '吴中')
  clock.now += 600
  await endAt(school, clock.now)
  clock.now += 600
  await renamed(school, '吴小')
  assert.deepEqual(await namesIn(school), ['吴中'])
  await endAt(school, clock.now - 1500)
  assert.deepEqual(await namesIn(school), ['吴大'])
  await school.client.ours.start({ livingid: school.living, reopen: 1 })
  assert.deepEqual(await namesIn(school), ['吴小'])
})

onBoth(
  'an imported list that changes a name changes no ended living, and past names go with the last living that shows them',
  async (database) => {
    await using school = await makeSchool(database)
    const list = (name: string) => `学号,姓名,年级,班级,关注\nwu,${name},三年级,1班,是\n`
    const { clock, db } = school
    await importInto(school, list('吴大'))
    const { departments } = await school.client.departmentList({})
    school.classIds['3A'] = departments.find(({ name }) => name === '1班')?.id as number
    const livingid = await school.startLiving(['3A'])
    clock.now += 600
    await endAt(school, clock.now, livingid)
    clock.now += 600
    await importInto(school, list('吴小'))
    assert.deepEqual(await namesIn(school, livingid), ['吴大'])
    const pastNames = () => db.all(sql`select name from student_past_name where corp_no = ${school.corp_no}`)
    await retention(db, 30, dropHookData)(clock.now + 86_400)
    assert.equal((await pastNames()).length, 1)
    await retention(db, 30, dropHookData)(clock.now + 31 * 86_400)
    assert.deepEqual(await pastNames(), [])
  },
)
