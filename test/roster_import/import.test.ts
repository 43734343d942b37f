import assert from 'node:assert/strict'
import type { Db } from '../../src/store/db.ts'
import { onBoth } from '../databases.ts'
import { watchedBy } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { complaints, importInto, rosterOf, versionOf } from './import_into.ts'

/** Importing a list of students into the roster. */
const header = '学号,姓名,年级,班级,关注,家长1账号,家长1手机,家长1关系,家长1关注,家长2账号,家长2手机,家长2关系\n'
const li = 'li,李小四,三年级,1班,是,li_mum,13900000001,妈妈,否,li_dad,13900000002,爸爸\n'
const chen = 'chen,陈小五,三年级,2班,否,,,,,,,\n'

onBoth('a list creates grades, classes, students and parents, who are subscribed unless the list says no', async (database) => {
  await using school = await makeSchool(database)
  const report = await importInto(school, header + li + chen)
  assert.deepEqual(await rosterOf(school), [
    'chen 陈小五 -: 三年级/2班',
    'li 李小四 +: 三年级/1班 | li_dad 爸爸 13900000002 + | li_mum 妈妈 13900000001 -',
  ])
  assert.deepEqual(report.departments.created, ['三年级', '三年级/1班', '三年级/2班'])
  assert.deepEqual([report.students.created, report.parents.created, report.links.created], [2, 2, 2])
  const { departments } = await school.client.departmentList({})
  const grade = departments.find(({ name }) => name === '三年级')
  assert.deepEqual([grade?.type, grade?.standard_grade, grade?.parentid], [2, 33, 1])
})

onBoth('importing the same file twice changes nothing', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const version = await versionOf(school)
  const again = await importInto(school, header + li + chen, { removeMissing: true })
  assert.equal(await versionOf(school), version)
  assert.deepEqual(
    [again.written, again.students.unchanged, again.parents.unchanged, again.links],
    [false, 2, 2, { created: 0, changed: 0, ended: 0 }],
  )
})

onBoth('a dry run reports what would change, and changes nothing', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li)
  const [before, version] = [await rosterOf(school), await versionOf(school)]
  const report = await importInto(school, header + li.replace('1班', '2班') + chen, { dryRun: true })
  assert.deepEqual(report.changes, [
    { student_userid: 'li', name: '李小四', does: 'moved', from: ['三年级/1班'], to: ['三年级/2班'] },
    { student_userid: 'chen', name: '陈小五', does: 'created', to: ['三年级/2班'] },
  ])
  assert.deepEqual([report.written, report.departments.created], [false, ['三年级/2班']])
  assert.deepEqual([await rosterOf(school), await versionOf(school)], [before, version])
})

onBoth('a bad row stops the import, unless students with bad rows are skipped', async (database) => {
  await using school = await makeSchool(database)
  const bad = `${header}${li}chen,陈小五,三年级,2班,maybe,chen_mum,139,妈妈,,,,\n李,,三年级,2班,,,,,,,,\nsun,孙小六,,,,,,,,,,\n`
  const report = await importInto(school, bad)
  assert.deepEqual(complaints(report), [
    '3 关注: expected yes or no, got "maybe"',
    '3 家长1手机: expected 5-20 digits, got "139"',
    '4 学号: expected 1-64 of letters, digits and _-@. , the first a letter or digit, got "李"',
    '4 姓名: expected a name, got none',
    '5 班级: expected a class, got none',
  ])
  assert.deepEqual([report.stopped, report.written, await rosterOf(school)], ['bad_rows', false, []])
  const skipped = await importInto(school, bad, { skipBadRows: true })
  assert.deepEqual([skipped.stopped, skipped.written, skipped.bad_rows.length], [undefined, true, 5])
  assert.deepEqual(
    (await rosterOf(school)).map((line) => line.split(' ')[0]),
    ['li'],
  )
})

onBoth('running livings follow students that an import moves or creates', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const { departments } = await school.client.departmentList({})
  const grade = departments.find(({ name }) => name === '三年级')?.id as number
  const first = departments.find(({ name }) => name === '1班')?.id as number
  const start = async (partyids: number[]) => {
    const asked = { anchor_userid: 'wang', theme: '公开课', living_start: school.clock.now, living_duration: 3600 }
    const { livingid } = await school.client.livingCreate({ ...asked, living_range: { partyids } })
    await school.client.ours.start({ livingid, at: school.clock.now })
    return livingid
  }
  const [ofGrade, ofFirst] = [await start([grade]), await start([first])]
  assert.deepEqual(await school.unwatched(ofFirst), ['li', 'li_dad/li'])
  // li moves to a new class, chen moves to li's old class and now subscribes, sun is new
  await importInto(school, `${header}${li.replace('1班', '3班')}${chen.replace('2班,否', '1班,是')}sun,孙小六,三年级,1班,,,,,,,,\n`)
  assert.deepEqual(await school.unwatched(ofFirst), ['chen', 'sun'])
  assert.deepEqual(await school.unwatched(ofGrade), ['chen', 'li', 'li_dad/li', 'sun'])
})

onBoth('a parent who is no longer subscribed is not expected for any child', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['mum'], sun: ['mum'] } }, living: ['3A'] })
  assert.deepEqual(await school.unwatched(), ['li', 'mum/li', 'mum/sun', 'sun'])
  await importInto(school, 'student_userid,name,class,parent userid,parent subscribed\nli,li,3A,mum,no\n')
  assert.deepEqual(await school.unwatched(), ['li', 'sun'])
})

onBoth('a file without columns for them leaves subscriptions, mobiles, parents and relations as they are', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const before = await rosterOf(school)
  await importInto(school, '学号,姓名\nli,李小四\nchen,陈小五\n', { removeMissing: true })
  assert.deepEqual(await rosterOf(school), before)
})

onBoth('people who are not in the file stay, or are removed on request; more than 5 % need a confirmation', async (database) => {
  await using school = await makeSchool(database)
  const all = Array.from({ length: 40 }, (_, no) => `s${no},学生${no},三年级,1班,,m${no % 30},1390000${1000 + (no % 30)},妈妈,,,,\n`)
  await importInto(school, header + all.join(''))
  assert.equal((await importInto(school, header + all.slice(0, 30).join(''))).students.removed, 0)
  assert.equal((await rosterOf(school)).length, 40)
  const told = await importInto(school, header + all.slice(3).join(''), { removeMissing: true })
  assert.deepEqual(
    [told.stopped, told.written, told.removals],
    ['removals', false, { students: 3, of_students: 40, parents: 0, of_parents: 30 }],
  )
  assert.equal((await rosterOf(school)).length, 40)
  assert.equal((await importInto(school, header + all.slice(3).join(''), { removeMissing: true, confirmed: 2 })).stopped, 'removals')
  const done = await importInto(school, header + all.slice(3).join(''), { removeMissing: true, confirmed: 3 })
  // the parents m0 to m2 have another child, so they stay
  assert.deepEqual([done.written, done.students.removed, done.parents.removed, done.links.ended], [true, 3, 0, 3])
  assert.equal((await rosterOf(school)).length, 37)
  const few = await importInto(school, header + all.slice(3, 39).join(''), { removeMissing: true })
  assert.deepEqual([few.students.removed, few.parents.removed], [1, 0])
  // removed students who are in the file again come back
  await importInto(school, header + all.join(''), { removeMissing: true })
  assert.equal((await rosterOf(school)).length, 40)
})

onBoth('a parent without any child left in the file is removed on request', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const without = header + li.replace(/,li_dad.*/, ',,,') + chen
  assert.equal((await importInto(school, without)).links.ended, 0)
  const report = await importInto(school, without, { removeMissing: true, confirmed: 1 })
  assert.deepEqual([report.links.ended, report.parents.removed], [1, 1])
  assert.deepEqual((await rosterOf(school))[1], 'li 李小四 +: 三年级/1班 | li_mum 妈妈 13900000001 -')
  await assert.rejects(school.client.userGet({ userid: 'li_dad' }))
})

onBoth('nobody is removed while a row is bad, because that row may name them', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const report = await importInto(school, `${header}li,,三年级,1班,,,,,,,,\n`, { removeMissing: true, skipBadRows: true, confirmed: 4 })
  assert.deepEqual([report.stopped, report.written], ['bad_rows', false])
})

onBoth('a student without a number is recognised by name and a parent’s mobile', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, '姓名,班级,家长手机\n李小四,三年级1班,139 0000 0001\n陈小五,三年级1班,13900000002\n')
  const [chenBefore, liBefore] = await rosterOf(school)
  // in another class, with a second parent, and the first parent's mobile spelled differently
  const moved = '姓名,班级,母亲手机,父亲手机\n李小四,三年级2班,13800000009,+86-13900000001\n'
  const report = await importInto(school, moved)
  assert.deepEqual([report.students.created, report.students.moved, report.parents.created], [0, 1, 1])
  const userid = (line: string | undefined) => line?.split(' ')[0]
  const after = await rosterOf(school)
  assert.deepEqual(after.map(userid), [chenBefore, liBefore].map(userid))
  assert.ok(after.some((line) => line.includes('三年级/三年级2班') && line.includes('母亲 13800000009')))
  assert.equal((await importInto(school, moved)).written, false)
})

onBoth('an import that broke off is completed by importing the same file again', async (database) => {
  await using school = await makeSchool(database)
  const lines = Array.from({ length: 600 }, (_, no) => `s${no},学生${no},三年级,${(no % 12) + 1}班,,m${no},1390000${1000 + no},妈妈,,,,\n`)
  const file = header + lines.join('')
  let left = 2
  const failing: Db = {
    ...school.db,
    batch: (queries) => (left-- > 0 ? school.db.batch(queries) : Promise.reject(new Error('the power went'))),
  }
  await assert.rejects(importInto(school, file, {}, failing), /the power went/)
  const halfway = (await rosterOf(school)).length
  assert.ok(halfway > 0 && halfway < 600, `${halfway} are there`)
  const report = await importInto(school, file)
  assert.deepEqual([report.students.created, report.students.unchanged], [600 - halfway, halfway])
  assert.equal((await rosterOf(school)).length, 600)
  assert.equal((await importInto(school, file)).written, false)
})

onBoth('a mobile belongs to one parent, and moves to another when the file changes both', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li)
  const taken = `${header}sun,孙小六,三年级,1班,,sun_mum,13900000001,妈妈,,,,\n`
  assert.deepEqual(complaints(await importInto(school, taken)), ['2 家长1手机: another parent (li_mum) has this mobile'])
  const swapped = header + li.replace('13900000001', '13900000003').replace('13900000002', '13900000001')
  await importInto(school, swapped)
  assert.match((await rosterOf(school))[0] as string, /li_dad 爸爸 13900000001 \+ \| li_mum 妈妈 13900000003 -/)
})

onBoth('a userid belongs to a student or a parent, not to both', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li)
  const mixed = `${header}li_mum,孙小六,三年级,1班,,li,13900000008,妈妈,,,,\n`
  assert.deepEqual(complaints(await importInto(school, mixed)), [
    '2 学号: "li_mum" is the userid of a parent',
    '2 家长1账号: "li" is the userid of a pupil',
  ])
})

onBoth('who is in the file again after being removed is somebody new: the earlier stays are not theirs', async (database) => {
  await using school = await makeSchool(database)
  await importInto(school, header + li + chen)
  const { departments } = await school.client.departmentList({})
  const grade = departments.find(({ name }) => name === '三年级')?.id as number
  const asked = { anchor_userid: 'wang', theme: '公开课', living_start: school.clock.now, living_duration: 3600 }
  const { livingid } = await school.client.livingCreate({ ...asked, living_range: { partyids: [grade] } })
  await school.client.ours.start({ livingid, at: school.clock.now })
  for (const who of ['li', 'li_dad/li', 'chen']) await school.watch(who, school.clock.now, {}, livingid)
  assert.deepEqual(await school.unwatched(livingid), [])
  await importInto(school, header + chen, { removeMissing: true, confirmed: 3 })
  const changed = li.replace('li,李小四', 'LI,李小五')
  const tried = await importInto(school, header + changed, { dryRun: true })
  const report = await importInto(school, header + changed)
  for (const { students, parents, links } of [tried, report])
    assert.deepEqual([students.created, parents.created, links.created], [1, 2, 2])
  assert.deepEqual(await school.unwatched(livingid), ['LI', 'li_dad/LI'])
  const { lines } = await school.client.ours.report({ livingid })
  const seen = lines.map(({ name, student_userid, parent_userid = '', reason }) => `${name} ${student_userid} ${parent_userid} ${reason}`)
  assert.deepEqual(seen.filter((line) => !line.startsWith('陈小五')).sort(), [
    '李小五 LI  never_came',
    '李小五 LI li_dad never_came',
    '李小五 LI li_mum not_subscribed',
    '李小四 li  left',
    '李小四 li li_dad left',
    '李小四 li li_mum left',
  ])
  assert.deepEqual(await watchedBy(school, livingid), ['chen', 'li', 'li_dad/li'])
  assert.equal((await importInto(school, header + changed)).written, false)
})

onBoth('an import knows a mobile however the roster and the file write it, and changes nothing of its spelling', async (database) => {
  await using school = await makeSchool(database, { classes: { 三年级1班: { li: [], wu: [] } } })
  const { client } = school
  await client.updateStudent({ student_userid: 'wu', mobile: '138 0000 0001' })
  await client.createParent({ parent_userid: 'mum', mobile: '+86 139-1111-2222', children: [{ student_userid: 'li', relation: '妈妈' }] })
  const before = await rosterOf(school)
  const columns = '学号,姓名,学生手机,家长手机,家长关系\n'
  const same = `${columns}li,li,,139 1111 2222,妈妈\nwu,wu,0086 13800000001,,\n`
  assert.equal((await importInto(school, same)).written, false)
  const taken = `${columns}li,li,+86-138-0000-0001,,\n`
  assert.deepEqual(complaints(await importInto(school, taken)), ['2 学生手机: another pupil (wu) has this mobile'])
  const byMobile = '姓名,班级,家长手机\nli,三年级1班,13911112222\n'
  const { students, parents } = await importInto(school, byMobile)
  assert.deepEqual([students.created, students.unchanged, parents.created], [0, 1, 0])
  assert.deepEqual(await rosterOf(school), before)
  await importInto(school, `${columns}li,li,,138-0000-0009,妈妈\n`)
  assert.notDeepEqual(await rosterOf(school), before)
})
