import { addApp, addCorp, corpOf } from '../access/apps.ts'
import { anyCorp } from '../access/store.ts'
import { type App, issueToken, tokenReader } from '../access/token.ts'
import { demoAccounts } from '../console/demo_accounts.ts'
import { createLiving } from '../living/create.ts'
import { startLiving } from '../living/life.ts'
import { loadLiving } from '../living/living.ts'
import { createParents } from '../roster/parents/create.ts'
import { createParty } from '../roster/parties/create.ts'
import { rootParty } from '../roster/party.ts'
import { createStudents } from '../roster/students/create.ts'
import { setSubscriptions } from '../roster/subscriptions.ts'
import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { demoAudience, keepLivingRunning } from './audience.ts'
import { addDemoClasses } from './school.ts'

/** The fixed credentials of the demo school. They are printed; a server that was started without --demo refuses them. */
export const demo = { corpid: 'wwdemo', secret: 'demo-secret', livingid: 'livingid1' } as const

/**
 * Creates the demo school if the database is empty; returns whether it did. Its first living answers like the sample of WeCom page 95795:
 * nobody has watched livingid1. `now` is in seconds.
 */
export async function makeDemoSchool(db: Db, now: number): Promise<boolean> {
  if ((await db.all(anyCorp())).length) return false
  await addCorp(db, { corpid: demo.corpid, name: '点名示范学校', demo: true }, now, (corp_no, name) => [rootParty(corp_no, name)])
  const grants = 'living_api,parent_app,contacts_edit'
  await addApp(db, { corpid: demo.corpid, kind: 'self-built', name: '点名', grants, secret: demo.secret }, now)
  const { corp_no } = await corpOf(db, demo.corpid)
  await createParty(db, corp_no, { id: 2, name: '一年级', parentid: 1, type: 2, standard_grade: 31 }, now)
  for (const [id, name] of [
    [5, '一年级1班'],
    [10, '一年级2班'],
    [11, '合唱班'],
  ] as const)
    await createParty(db, corp_no, { id, name, parentid: 2, type: 1 }, now)
  await createStudents(
    db,
    corp_no,
    [
      { student_userid: 'zhansan_child', name: '张小三', department: [10, 11] },
      { student_userid: 'lisi_child', name: '李小四', department: [5] },
    ],
    now,
  )
  await createParents(
    db,
    corp_no,
    [
      { parent_userid: 'zhangsan', mobile: '18900000001', children: [{ student_userid: 'zhansan_child', relation: '爸爸' }] },
      { parent_userid: 'lisi', mobile: '18900000002', children: [{ student_userid: 'lisi_child', relation: '妈妈' }] },
    ],
    now,
  )
  const subscribed = { is_subscribe: 1 }
  await setSubscriptions(
    db,
    corp_no,
    {
      students: ['zhansan_child', 'lisi_child'].map((student_userid) => ({ student_userid, ...subscribed })),
      parents: ['zhangsan', 'lisi'].map((parent_userid) => ({ parent_userid, ...subscribed })),
    },
    now,
  )
  const app = await demoApp(db, now)
  const sampleLiving = {
    anchor_userid: 'wanglaoshi',
    theme: '公开课',
    living_start: now,
    living_duration: 31_536_000,
    type: 2,
    living_range: { partyids: [2] },
  }
  await createLiving(db, app, sampleLiving, now, demo.livingid)
  const living = await loadLiving(db, corp_no, demo.livingid)
  if (living) await startLiving(db, living, now, now)
  await addDemoClasses(db, app, now)
  return true
}

/** Returns the app of the demo school. Throws a `WireError` if its credentials were changed. */
async function demoApp(db: Db, now: number): Promise<App> {
  const { access_token } = await issueToken(db, { corpid: demo.corpid, corpsecret: demo.secret }, now, true)
  return tokenReader(db, true)(access_token, now)
}

/**
 * Returns a function to be called every second with the time in seconds; viewers then enter the running living. Starts a living if none runs.
 * If somebody has changed the credentials of the demo school, the function does nothing.
 */
export async function demoLife(db: Db, now: number): Promise<(now: number) => Promise<void>> {
  try {
    const app = await demoApp(db, now)
    await keepLivingRunning(db, app, now)
    return demoAudience(db, app)
  } catch (error) {
    if (error instanceof WireError) return async () => {}
    throw error
  }
}

/** Returns the text that a server with the demo school prints: the accounts, the credentials, and commands to try. */
export const demoLines = (base: string) => `
Teachers look at ${base}/ : account ${demoAccounts.teacher} or ${demoAccounts.administrator}, password ${demoAccounts.password}

A demo school is there: corpid ${demo.corpid}, secret ${demo.secret}, living ${demo.livingid}. Paste this into another terminal:

  TOKEN=$(curl -s '${base}/cgi-bin/gettoken?corpid=${demo.corpid}&corpsecret=${demo.secret}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

  # who has not watched?
  curl -s "${base}/cgi-bin/school/living/get_unwatch_stat_v2?access_token=$TOKEN" -d '{"livingid":"${demo.livingid}","next_cursor":"0"}'

  # a pupil watches, and is off the list
  curl -s "${base}/v1/livings/${demo.livingid}/presence?access_token=$TOKEN" -d '{"stays":[{"student_userid":"lisi_child","enter_time":'$(date +%s)'}]}'
`
