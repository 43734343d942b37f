import assert from 'node:assert/strict'
import { identify } from '../../src/identity/identify.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { matchIdentity } from '../../src/identity/match.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { someone, storedLiving, viewerOf } from './school.ts'

/** Two classes of which 3A is in range; li and wu have names like pupils of 3B and 3A, and li's mother has a child in each class. */
async function aSchool(database: Parameters<typeof makeSchool>[0]) {
  const school = await makeSchool(database, {
    classes: { '3A': { li: ['li_mum'], wu: ['wu_mum'], wu2: [] }, '3B': { he: ['li_mum'], li3: [] } },
    living: ['3A'],
  })
  const { client } = school
  await client.updateStudent({ student_userid: 'li', name: '李雷', mobile: '13900000001' })
  await client.updateStudent({ student_userid: 'wu', name: '吴小明' })
  await client.updateStudent({ student_userid: 'wu2', name: '吴小明' })
  await client.updateStudent({ student_userid: 'li3', name: '李雷' })
  return school
}

async function identified(school: School, who: Identity) {
  const [found] = await identify(school.db, await storedLiving(school), [who])
  const numbers = new Map<number, string>()
  for (const each of ['li', 'wu', 'wu2', 'he', 'li3', 'li_mum/li', 'li_mum/he', 'wu_mum/wu'])
    numbers.set(await viewerOf(school, each), each)
  return [found?.viewer_nos.map((no) => numbers.get(no)), found?.candidates.map((no) => numbers.get(no))]
}

onBoth('a userid, a student number and a mobile say who somebody is, before the name', async (database) => {
  await using school = await aSchool(database)
  assert.deepEqual(await identified(school, someone('x', { userid: 'WU' })), [['wu'], []])
  assert.deepEqual(await identified(school, someone('李雷', { student_number: 'wu' })), [['wu'], []])
  assert.deepEqual(await identified(school, someone('吴小明', { mobile: '+86 139-0000-0001' })), [['li'], []])
  assert.deepEqual(await identified(school, someone('吴小明', { mobile: '13000000001' })), [['wu_mum/wu'], []])
})

onBoth('a parent stands for the children in range, and for all children where none is in range', async (database) => {
  await using school = await aSchool(database)
  assert.deepEqual(await identified(school, someone('x', { userid: 'li_mum' })), [['li_mum/li'], []])
  await school.client.updateStudent({ student_userid: 'li', department: [school.classIds['3B'] as number] })
  assert.deepEqual(await identified(school, someone('x', { userid: 'li_mum' })), [['li_mum/li', 'li_mum/he'], []])
})

onBoth('a name is sought among those in range, and one that fits several is not guessed', async (database) => {
  await using school = await aSchool(database)
  assert.deepEqual(await identified(school, someone('李雷')), [['li'], []])
  assert.deepEqual(await identified(school, someone('吴小明')), [[], ['wu', 'wu2']])
  assert.deepEqual(await identified(school, someone('he')), [[], []])
  assert.deepEqual(await identified(school, someone('李雷妈妈')), [['li_mum/li'], []])
  assert.deepEqual(await identified(school, someone('三年级3A李雷')), [[], ['li']])
  assert.deepEqual(await identified(school, someone('吴小明妈妈')), [['wu_mum/wu'], []])
  assert.deepEqual(await identified(school, someone('吴小明爸爸')), [[], ['wu', 'wu2', 'wu_mum/wu']])
})

onBoth('the class narrows a name where the living is held for that class', async (database) => {
  await using school = await aSchool(database)
  const living = await school.startLiving(['3A', '3B'])
  const both = { ...school, living } as School
  assert.deepEqual(await identified(both, someone('李雷')), [[], ['li', 'li3']])
  assert.deepEqual(await identified(both, someone('李雷', { className: '三年级 3B' })), [['li3'], []])
  assert.deepEqual(await identified(both, someone('李雷', { className: '3A' })), [['li'], []])
  assert.deepEqual(await identified(both, someone('李雷', { className: '五年级' })), [[], ['li', 'li3']])
})

onBoth('what somebody has said by hand wins over everything else, and nobody of the school is nobody', async (database) => {
  await using school = await aSchool(database)
  const { db, corp_no, clock } = school
  await matchIdentity(db, corp_no, 'zoom', '李雷', [await viewerOf(school, 'wu2')], clock.now)
  assert.deepEqual(await identified(school, someone('李雷', { userid: 'li' })), [['wu2'], []])
  await matchIdentity(db, corp_no, 'zoom', '李雷', [], clock.now)
  assert.deepEqual(await identified(school, someone('李雷')), [[], []])
  await assert.rejects(matchIdentity(db, corp_no, 'zoom', '李雷', [999], clock.now), /viewer 999: expected a student/)
})
