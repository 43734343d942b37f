import assert from 'node:assert/strict'
import fc from 'fast-check'
import { onBoth } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { importInto, rosterOf, versionOf } from './import_into.ts'

/** Property-based tests: after an import the roster is what the file says, and a second import of the same file changes nothing. */

/** Whether somebody is subscribed; undefined where the file leaves it open. */
type Flag = boolean | undefined
type Person = { no: number; name: string; classes: number[]; flag: Flag; parents: { no: number; relation: string }[] }
type Model = { students: Person[]; parents: Flag[] }

const flag = fc.option(fc.boolean(), { nil: undefined })
const aModel: fc.Arbitrary<Model> = fc.record({
  students: fc.uniqueArray(
    fc.record({
      no: fc.nat(11),
      name: fc.constantFrom('张小三', '李小四', '欧阳,"小"五', ' Ann-Marie O’Hara'),
      classes: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 2 }),
      flag,
      parents: fc.uniqueArray(fc.record({ no: fc.nat(6), relation: fc.constantFrom('妈妈', '爸爸', '') }), {
        selector: ({ no }) => no,
        maxLength: 2,
      }),
    }),
    { selector: ({ no }) => no, minLength: 1, maxLength: 12 },
  ),
  parents: fc.array(flag, { minLength: 7, maxLength: 7 }),
})

const classOf = (no: number) => `${['三年级', '四年级'][no % 2]}/${no}班`
const word = (value: Flag) => (value === undefined ? '' : value ? '是' : '否')
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`

/** Writes a model as CSV, with the parents in columns of the student's row, or (`inRows`) with one row per parent. */
function fileOf({ students, parents }: Model, inRows: boolean): string {
  const header = [
    '学号,姓名,班级,关注',
    ...(inRows ? ['1'] : ['1', '2']).map((no) => `家长${no}账号,家长${no}手机,家长${no}关系,家长${no}关注`),
  ].join(',')
  const parentCells = ({ no, relation }: Person['parents'][number]) => [`p${no}`, `1390000000${no}`, relation, word(parents[no])]
  const rows = students.flatMap((student) => {
    const own = [`s${student.no}`, student.name, student.classes.map(classOf).join('；'), word(student.flag)]
    if (!inRows || student.parents.length === 0) return [[...own, ...student.parents.flatMap(parentCells)]]
    return student.parents.map((parent) => [...own, ...parentCells(parent)])
  })
  return [header, ...rows.map((cells) => cells.map(cell).join(','))].join('\n')
}

/** What `rosterOf` must give after the import of a model into an empty school. */
const linesOf = ({ students, parents }: Model) =>
  students
    .map(({ no, name, classes, flag, parents: parentsOfStudent }) => {
      const shown = parentsOfStudent.map(
        (each) => ` | p${each.no} ${each.relation} 1390000000${each.no} ${parents[each.no] === false ? '-' : '+'}`,
      )
      return `s${no} ${name.trim()} ${flag === false ? '-' : '+'}: ${classes.map(classOf).sort().join('; ')}${shown.sort().join('')}`
    })
    .sort()

onBoth('after an import the roster is what the file says, and a second import changes nothing', async (database) => {
  await fc.assert(
    fc.asyncProperty(aModel, fc.boolean(), async (model, inRows) => {
      await using school = await makeSchool(database)
      const file = fileOf(model, inRows)
      const tried = await importInto(school, file, { dryRun: true })
      const done = await importInto(school, file)
      assert.deepEqual(await rosterOf(school), linesOf(model))
      assert.deepEqual(
        [tried.students, tried.parents, tried.links, tried.departments],
        [done.students, done.parents, done.links, done.departments],
      )
      const version = await versionOf(school)
      for (const options of [{}, { removeMissing: true }, { dryRun: true }])
        assert.equal((await importInto(school, fileOf(model, !inRows), options)).written, false)
      assert.equal(await versionOf(school), version)
    }),
    { numRuns: 8 },
  )
})

onBoth('with removal of missing people, the roster is the last file, whatever it was before', async (database) => {
  await fc.assert(
    fc.asyncProperty(aModel, aModel, async (before, after) => {
      await using school = await makeSchool(database)
      await importInto(school, fileOf(before, false))
      // every flag and relation is given, because known people keep what the file leaves open
      const complete = {
        students: after.students.map((student) => ({
          ...student,
          flag: student.flag ?? true,
          parents: student.parents.map((each) => ({ ...each, relation: each.relation || '家长' })),
        })),
        parents: after.parents.map((each) => each ?? true),
      }
      const { removals } = await importInto(school, fileOf(complete, false), { removeMissing: true, dryRun: true })
      const confirmed = (removals?.students ?? 0) + (removals?.parents ?? 0)
      const report = await importInto(school, fileOf(complete, false), { removeMissing: true, confirmed })
      assert.deepEqual(await rosterOf(school), linesOf(complete))
      assert.deepEqual([report.students.removed, report.parents.removed], [removals?.students, removals?.parents])
      assert.equal((await importInto(school, fileOf(complete, true), { removeMissing: true })).written, false)
    }),
    { numRuns: 8 },
  )
})

onBoth('after an import, a running living has the same list as a living that starts then', async (database) => {
  await fc.assert(
    fc.asyncProperty(aModel, aModel, async (before, after) => {
      await using school = await makeSchool(database)
      await importInto(school, fileOf(before, false))
      const { departments } = await school.client.departmentList({})
      const grade = departments.find(({ type }) => type === 2)?.id as number
      const open = async () => {
        const asked = { anchor_userid: 'wang', theme: '公开课', living_start: school.clock.now, living_duration: 3600 }
        const { livingid } = await school.client.livingCreate({ ...asked, living_range: { partyids: [grade] } })
        await school.client.ours.start({ livingid, at: school.clock.now })
        return livingid
      }
      const running = await open()
      const tried = await importInto(school, fileOf(after, false), { removeMissing: true, dryRun: true })
      const { students = 0, parents = 0 } = tried.removals ?? {}
      await importInto(school, fileOf(after, false), { removeMissing: true, confirmed: students + parents })
      assert.deepEqual(await school.unwatched(running), await school.unwatched(await open()))
    }),
    { numRuns: 5 },
  )
})
