import type { App } from '../access/token.ts'
import { reportPresence } from '../attendance/presence/report_presence.ts'
import { tickedCache } from '../attendance/presence/ticked_cache.ts'
import { addAccount, listAccounts } from '../console/accounts.ts'
import { demoAccounts } from '../console/demo_accounts.ts'
import { createLiving } from '../living/create.ts'
import { endLiving, startLiving } from '../living/life.ts'
import { loadLiving } from '../living/living.ts'
import type { Living } from '../living/store.ts'
import { createParents } from '../roster/parents/create.ts'
import { createParty } from '../roster/parties/create.ts'
import { createStudents } from '../roster/students/create.ts'
import { setSubscriptions } from '../roster/subscriptions.ts'
import { viewerLookup } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import { seededRandom } from './names.ts'
import { type DemoStudent, demoClasses, demoGrades, demoStudents, relationOf } from './students.ts'

/** The living that is running when the demo school is created. */
export const runningLiving = { theme: '四年级数学：小数的意义', party: 20, livingid: 'livingid2' } as const

/** The weekly livings of the past, from Monday to Thursday. */
const weeklyLivings = [
  { theme: '数学：大数的认识', party: 20, anchor: demoAccounts.userid },
  { theme: '语文：观潮', party: 21, anchor: 'helaoshi' },
  { theme: '英语：My school bag', party: 20, anchor: 'linlaoshi' },
  { theme: '科学：光的传播', party: 21, anchor: demoAccounts.userid },
]

/**
 * Adds to the demo school: two grades with their classes, students and parents, the livings of nine weeks, one running living, and two accounts
 * of the console. `now` is in seconds.
 */
export async function addDemoClasses(db: Db, app: App, now: number): Promise<void> {
  const { corp_no } = app
  for (const grade of demoGrades) await createParty(db, corp_no, { ...grade, parentid: 1, type: 2 }, now)
  for (const each of demoClasses) await createParty(db, corp_no, { ...each, type: 1 }, now)
  const students = demoStudents()
  const random = seededRandom(7)
  await createStudents(
    db,
    corp_no,
    students.map(({ student_userid, name, class_id }) => ({ student_userid, name, department: [class_id] })),
    now,
  )
  let mobile = 13_900_000_000
  await createParents(
    db,
    corp_no,
    students.flatMap(({ student_userid, parents }) =>
      parents.map((parent_userid) => ({
        parent_userid,
        mobile: String(mobile++),
        children: [{ student_userid, relation: relationOf(parent_userid) }],
      })),
    ),
    now,
  )
  await setSubscriptions(
    db,
    corp_no,
    {
      students: students.map(({ student_userid }) => ({ student_userid, is_subscribe: random() < 0.96 ? (1 as const) : (0 as const) })),
      parents: students.flatMap(({ parents }) =>
        parents.map((parent_userid) => ({ parent_userid, is_subscribe: random() < 0.88 ? (1 as const) : (0 as const) })),
      ),
    },
    now,
  )
  await holdPastLivings(db, app, students, now)
  await startRunningLiving(db, app, now)
  if ((await listAccounts(db, corp_no)).length === 0) {
    const { teacher, administrator, password, userid } = demoAccounts
    await addAccount(db, corp_no, { name: teacher, role: 'teacher', userid, password }, now)
    await addAccount(db, corp_no, { name: administrator, role: 'administrator', password }, now)
  }
}

/** Creates four ended livings per week for nine weeks, in the morning or evening of China's time zone, with the stays of the viewers. */
async function holdPastLivings(db: Db, app: App, students: readonly DemoStudent[], now: number): Promise<void> {
  const context = { db, viewers: viewerLookup(), ticked: tickedCache(), presenceStarts: true }
  const random = seededRandom(11)
  const morningToday = Math.floor((now + 8 * 3600) / 86_400) * 86_400 + 30 * 60
  const plans = Array.from({ length: 62 }, (_, index) => 62 - index).flatMap((day) => {
    const weekday = new Date((morningToday - day * 86_400) * 1000).getUTCDay()
    const plan = weeklyLivings[weekday - 1]
    if (!plan) return []
    const start = morningToday - day * 86_400 + (weekday % 2 ? 0 : 11 * 3600)
    const end = start + 40 * 60
    const inRange = students.filter(({ class_id }) => Math.floor(class_id / 10) === plan.party - 16)
    const stays = inRange.flatMap((student) => staysOf(student, start, end, random))
    return [{ ...plan, start, end, week: 9 - Math.floor(day / 7), stays }]
  })
  // All at the same time, so that they share database commits: one after the other took ten seconds on a slow disk.
  const hold = async ({ theme, party, anchor, start, end, week, stays }: (typeof plans)[number]) => {
    const living = { anchor_userid: anchor, theme: `${theme}（${week}）`, living_start: start, living_duration: 2700, type: 2 as const }
    const { livingid } = await createLiving(db, app, { ...living, living_range: { partyids: [party] } }, start - 3600)
    const current = async () => (await loadLiving(db, app.corp_no, livingid)) as Living
    await startLiving(db, await current(), start, start)
    await reportPresence(context, await current(), { stays }, end, 'demo')
    await endLiving(db, await current(), end, end)
  }
  await Promise.all(plans.map(hold))
}

/** Returns the stays of one household in a living from `start` to `end` (seconds since 1970). */
function staysOf({ student_userid, parents, diligence }: DemoStudent, start: number, end: number, random: () => number) {
  const stays: {
    student_userid: string
    parent_userid?: string
    enter_time: number
    leave_time: number
    is_comment: 0 | 1
    replay: 0 | 1
  }[] = []
  const enter = start + Math.floor(random() * random() * 900) - 60
  const leave = random() < 0.12 ? enter + 240 + Math.floor(random() * 600) : end - Math.floor(random() * 120)
  const hasWatched = random() < diligence
  const isReplay = !hasWatched && random() < 0.2
  if (hasWatched) stays.push({ student_userid, enter_time: enter, leave_time: leave, is_comment: random() < 0.3 ? 1 : 0, replay: 0 })
  if (hasWatched && leave < end - 600 && random() < 0.5)
    stays.push({ student_userid, enter_time: leave + 200, leave_time: end, is_comment: 0, replay: 0 })
  if (isReplay) stays.push({ student_userid, enter_time: start + 1200, leave_time: start + 1800, is_comment: 0, replay: 1 })
  for (const parent_userid of parents)
    if (random() < (hasWatched ? 0.45 : 0.18))
      stays.push({ student_userid, parent_userid, enter_time: enter + 30, leave_time: end - 300, is_comment: 0, replay: 0 })
  return stays
}

/**
 * Creates a living that began 16 minutes ago and that somewhat more than half of the students have watched, and a reserved one for later.
 * `livingid` is the id of the running living; default: that of `runningLiving`.
 */
export async function startRunningLiving(db: Db, app: App, now: number, livingid?: string): Promise<void> {
  const start = now - 16 * 60
  const input = {
    anchor_userid: demoAccounts.userid,
    theme: runningLiving.theme,
    living_start: start,
    living_duration: 45 * 60,
    type: 2 as const,
    living_range: { partyids: [runningLiving.party] },
  }
  const created = await createLiving(db, app, input, start, livingid ?? runningLiving.livingid)
  const reserved = await loadLiving(db, app.corp_no, created.livingid)
  if (!reserved) return
  await startLiving(db, reserved, start, now)
  const running = await loadLiving(db, app.corp_no, created.livingid)
  const random = seededRandom(5)
  const students = demoStudents().filter(({ class_id }) => class_id < 50)
  const present = students.filter((_, index) => index % 5 < 3)
  const stays = present.flatMap((student) => staysOf({ ...student, diligence: 0.97 }, start, now, random))
  if (running)
    await reportPresence(
      { db, viewers: viewerLookup(), ticked: tickedCache(), presenceStarts: true },
      running,
      {
        stays: stays.map((stay) => ({
          ...stay,
          enter_time: Math.min(stay.enter_time, now - 240),
          leave_time: now - (stay.leave_time % 7 ? 0 : 180),
        })),
      },
      now,
      'demo',
    )
  const next = { ...input, anchor_userid: 'linlaoshi', theme: '四年级英语：At the farm', living_start: now + 5400 }
  await createLiving(db, app, next, now)
}
