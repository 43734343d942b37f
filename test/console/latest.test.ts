import assert from 'node:assert/strict'
import { openSession } from '../../src/console/session.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { makeSchool, type School } from '../world.ts'
import { expectSoon } from './expect_soon.ts'
import { makeAccount } from './teacher.ts'

/** The latest calls of an app, which its page shows, whichever server has answered them. */
const classes = { '3A': { li: ['li.ma'] } }

async function callsShown(school: School) {
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator' })
  const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  return async (base = school.base) => {
    const page = await (await fetch(`${base}/apps/${school.app.agentid}`, { headers: { cookie } })).text()
    return [...page.matchAll(/<b>POST<\/b> ([^<]+)/g)].map(([, path]) => (path as string).split('/').at(-1))
  }
}

onBoth('a call is shown at once by the server that answered it, and soon afterwards by every other server', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  await using other = await anotherServer(school)
  const shown = await callsShown(school)
  await school.unwatched()
  await school.clientAt(other.base).getWatchStatV2({ livingid: school.living })
  assert.equal((await shown(other.base))[0], 'get_watch_stat_v2')
  const both = ['get_watch_stat_v2', 'get_unwatch_stat_v2']
  for (const base of [school.base, other.base]) await expectSoon(async () => assert.deepEqual((await shown(base)).slice(0, 2), both), 5000)
})

onBoth('a server stores its latest calls when it stops, and fifty calls per app are stored', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const shown = await callsShown(school)
  for (let round = 0; round < 2; round++) {
    await using other = await anotherServer(school)
    const client = school.clientAt(other.base)
    for (let calls = 0; calls < 60; calls++) await client.getWatchStatV2({ livingid: school.living })
  }
  assert.deepEqual(await shown(), Array(50).fill('get_watch_stat_v2'))
  const kept = await school.db.all(sql`select noted from latest_call where corp_no = ${school.corp_no}`)
  assert.equal(kept.length, 50)
})

onBoth('a stored call contains no name, mobile, token, secret or reason of an excuse', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  await using other = await anotherServer(school)
  const client = school.clientAt(other.base)
  await client.createStudent({
    student_userid: 'wangxm',
    name: '王小明',
    mobile: '13900000001',
    department: [school.classIds['3A'] as number],
  })
  await client.createStudent({ student_userid: 'wangxm', name: '王小明', department: ['王小明'] as never }).catch(() => {})
  await client.ours.excuse({ livingid: school.living, viewers: [{ student_userid: 'li' }], reason: '李同学住院', by: '王老师' })
  await client.ours.report({ livingid: school.living, reason: 'missing' })
  await client.getUnwatchStatV2({ livingid: 'x'.repeat(5000) }).catch(() => {})
  await other.server.close()
  const kept = await school.db.all(sql`select * from latest_call where corp_no = ${school.corp_no}`)
  const text = JSON.stringify(kept)
  for (const path of ['create_student', 'excuse', 'report']) assert.ok(text.includes(path), path)
  assert.doesNotMatch(text, /王|李|13900000001|wangxm|access_token|x{400}/)
  assert.ok(!text.includes(school.app.secret))
})
