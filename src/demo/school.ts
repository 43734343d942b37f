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
import { chances, type NamedPupil, namedPupils } from './names.ts'

/**
 * A school that looks like one: two grades, four classes of thirty, their parents, nine weeks of lessons and one that runs.
 * It stands outside the range of the official page's sample, which answers as printed.
 */
const grades = [
  { id: 20, name: '四年级', standard_grade: 34 },
  { id: 21, name: '五年级', standard_grade: 35 },
]
const classes = [
  { id: 41, name: '四年级1班', parentid: 20, department_admins: [{ userid: demoAccounts.userid, type: 3 }] },
  { id: 42, name: '四年级2班', parentid: 20, department_admins: [{ userid: 'linlaoshi', type: 3 }] },
  { id: 51, name: '五年级1班', parentid: 21, department_admins: [{ userid: 'helaoshi', type: 3 }] },
  { id: 52, name: '五年级2班', parentid: 21, department_admins: [{ userid: 'xulaoshi', type: 3 }] },
]
const pupilsAClass = 30
export const runningLesson = { theme: '四年级数学：小数的意义', party: 20, livingid: 'livingid2' } as const

const past = [
  { theme: '数学：大数的认识', party: 20, anchor: demoAccounts.userid },
  { theme: '语文：观潮', party: 21, anchor: 'helaoshi' },
  { theme: '英语：My school bag', party: 20, anchor: 'linlaoshi' },
  { theme: '科学：光的传播', party: 21, anchor: demoAccounts.userid },
]

export type DemoPupil = NamedPupil & { class_id: number; diligence: number; parents: string[] }

/** The same pupils every time. */
export function demoPupils(): DemoPupil[] {
  const chance = chances(20_260_901)
  const relatives = ({ student_userid, mother, father, grandmother }: NamedPupil) =>
    [mother && 'ma', father && 'ba', grandmother && 'nai'].flatMap((kind) => (kind ? [`${student_userid}.${kind}`] : []))
  return namedPupils(classes.length * pupilsAClass, chance).map((pupil, index) => ({
    ...pupil,
    class_id: classes[Math.floor(index / pupilsAClass)]?.id as number,
    diligence: 0.55 + 0.45 * Math.sqrt(chance()),
    parents: relatives(pupil),
  }))
}

export async function makeSchoolAround(db: Db, app: App, now: number): Promise<void> {
  const { corp_no } = app
  for (const grade of grades) await createParty(db, corp_no, { ...grade, parentid: 1, type: 2 }, now)
  for (const each of classes) await createParty(db, corp_no, { ...each, type: 1 }, now)
  const pupils = demoPupils()
  const chance = chances(7)
  await createStudents(
    db,
    corp_no,
    pupils.map(({ student_userid, name, class_id }) => ({ student_userid, name, department: [class_id] })),
    now,
  )
  let mobile = 13_900_000_000
  const relations: Record<string, string> = { ma: '妈妈', ba: '爸爸', nai: '奶奶' }
  const relationOf = (parent: string) => relations[parent.split('.')[2] as string] as string
  await createParents(
    db,
    corp_no,
    pupils.flatMap(({ student_userid, parents }) =>
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
      students: pupils.map(({ student_userid }) => ({ student_userid, is_subscribe: chance() < 0.96 ? (1 as const) : (0 as const) })),
      parents: pupils.flatMap(({ parents }) =>
        parents.map((parent_userid) => ({ parent_userid, is_subscribe: chance() < 0.88 ? (1 as const) : (0 as const) })),
      ),
    },
    now,
  )
  await holdPastLessons(db, app, pupils, now)
  await startRunning(db, app, now)
  if ((await listAccounts(db, corp_no)).length === 0) {
    const { teacher, administrator, password, userid } = demoAccounts
    await addAccount(db, corp_no, { name: teacher, role: 'teacher', userid, password }, now)
    await addAccount(db, corp_no, { name: administrator, role: 'administrator', password }, now)
  }
}

/** Four lessons a week for nine weeks, in the morning or evening there. */
async function holdPastLessons(db: Db, app: App, pupils: readonly DemoPupil[], now: number): Promise<void> {
  const context = { db, viewers: viewerLookup(), ticked: tickedCache() }
  const chance = chances(11)
  const morning = Math.floor((now + 8 * 3600) / 86_400) * 86_400 + 30 * 60
  const held = Array.from({ length: 62 }, (_, index) => 62 - index).flatMap((day) => {
    const weekday = new Date((morning - day * 86_400) * 1000).getUTCDay()
    const plan = past[weekday - 1]
    if (!plan) return []
    const start = morning - day * 86_400 + (weekday % 2 ? 0 : 11 * 3600)
    const end = start + 40 * 60
    const there = pupils.filter(({ class_id }) => Math.floor(class_id / 10) === plan.party - 16)
    return [{ ...plan, start, end, week: 9 - Math.floor(day / 7), stays: there.flatMap((pupil) => staysIn(pupil, start, end, chance)) }]
  })
  // all at once, so that they share their commits: one after the other a slow disk took ten seconds
  const hold = async ({ theme, party, anchor, start, end, week, stays }: (typeof held)[number]) => {
    const lesson = { anchor_userid: anchor, theme: `${theme}（${week}）`, living_start: start, living_duration: 2700, type: 2 as const }
    const { livingid } = await createLiving(db, app, { ...lesson, living_range: { partyids: [party] } }, start - 3600)
    const standing = async () => (await loadLiving(db, app.corp_no, livingid)) as Living
    await startLiving(db, await standing(), start, start)
    await reportPresence(context, await standing(), stays, end, 'demo')
    await endLiving(db, await standing(), end, end)
  }
  await Promise.all(held.map(hold))
}

/** What one family did in a lesson. */
function staysIn({ student_userid, parents, diligence }: DemoPupil, start: number, end: number, chance: () => number) {
  const stays: {
    student_userid: string
    parent_userid?: string
    enter_time: number
    leave_time: number
    is_comment: 0 | 1
    replay: 0 | 1
  }[] = []
  const enter = start + Math.floor(chance() * chance() * 900) - 60
  const early = chance() < 0.12 ? enter + 240 + Math.floor(chance() * 600) : end - Math.floor(chance() * 120)
  const own = chance() < diligence
  const isReplay = !own && chance() < 0.2
  if (own) stays.push({ student_userid, enter_time: enter, leave_time: early, is_comment: chance() < 0.3 ? 1 : 0, replay: 0 })
  if (own && early < end - 600 && chance() < 0.5)
    stays.push({ student_userid, enter_time: early + 200, leave_time: end, is_comment: 0, replay: 0 })
  if (isReplay) stays.push({ student_userid, enter_time: start + 1200, leave_time: start + 1800, is_comment: 0, replay: 1 })
  for (const parent_userid of parents)
    if (chance() < (own ? 0.45 : 0.18))
      stays.push({ student_userid, parent_userid, enter_time: enter + 30, leave_time: end - 300, is_comment: 0, replay: 0 })
  return stays
}

/** A lesson of which a good half has been there for a quarter of an hour. */
export async function startRunning(db: Db, app: App, now: number, livingid?: string): Promise<void> {
  const start = now - 16 * 60
  const asked = {
    anchor_userid: demoAccounts.userid,
    theme: runningLesson.theme,
    living_start: start,
    living_duration: 45 * 60,
    type: 2 as const,
    living_range: { partyids: [runningLesson.party] },
  }
  const made = await createLiving(db, app, asked, start, livingid ?? runningLesson.livingid)
  const reserved = await loadLiving(db, app.corp_no, made.livingid)
  if (!reserved) return
  await startLiving(db, reserved, start, now)
  const running = await loadLiving(db, app.corp_no, made.livingid)
  const chance = chances(5)
  const there = demoPupils().filter(({ class_id }) => class_id < 50)
  const stays = there.filter((_, index) => index % 5 < 3).flatMap((pupil) => staysIn({ ...pupil, diligence: 0.97 }, start, now, chance))
  if (running)
    await reportPresence(
      { db, viewers: viewerLookup(), ticked: tickedCache() },
      running,
      stays.map((stay) => ({
        ...stay,
        enter_time: Math.min(stay.enter_time, now - 240),
        leave_time: now - (stay.leave_time % 7 ? 0 : 180),
      })),
      now,
      'demo',
    )
  const next = { ...asked, anchor_userid: 'linlaoshi', theme: '四年级英语：At the farm', living_start: now + 5400 }
  await createLiving(db, app, next, now)
}
