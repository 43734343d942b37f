import type { App } from '../access/token.ts'
import { reportPresence } from '../attendance/presence/report_presence.ts'
import { tickedCache } from '../attendance/presence/ticked_cache.ts'
import { livingsRunning } from '../living/lists.ts'
import { loadLiving } from '../living/living.ts'
import { viewerLookup } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import { seededRandom } from './names.ts'
import { runningLiving, startRunningLiving } from './school.ts'
import { type DemoStudent, demoStudents } from './students.ts'

/**
 * Returns a function to be called every second with the time in seconds. Every four seconds it lets another household enter the running
 * living, so that the numbers in the console change. The last few households never come.
 */
export function demoAudience(db: Db, app: App) {
  const context = { db, viewers: viewerLookup(), ticked: tickedCache(), presenceStarts: true }
  const students = demoStudents().filter(({ class_id }) => class_id < 50)
  // The students who were not there when the living was created, alternately from both classes.
  const late = students.filter((_, index) => index % 5 >= 3)
  const half = late.length / 2
  const waiting = late.map((_, index) => late[index % 2 ? half + (index - 1) / 2 : index / 2] as DemoStudent)
  const random = seededRandom(3)
  let lastEntrance = 0
  return async (now: number): Promise<void> => {
    if (now < lastEntrance + 4 || waiting.length < 6) return
    lastEntrance = now
    const running = (await livingsRunning(db, app.corp_no, undefined)).find(({ theme }) => theme === runningLiving.theme)
    const student = waiting.shift()
    if (!running || !student) return
    const stay = { enter_time: now, leave_time: now, stay_id: `demo-${running.living_no}` }
    const stays = [
      ...(random() < 0.9 ? [{ student_userid: student.student_userid, ...stay }] : []),
      ...student.parents
        .filter(() => random() < 0.5)
        .map((parent_userid) => ({ student_userid: student.student_userid, parent_userid, ...stay })),
    ]
    if (stays.length) await reportPresence(context, running, { stays }, now, 'demo')
  }
}

/** Starts another living if the running one of the demo school has ended, as when a server is started again the next day. */
export async function keepLivingRunning(db: Db, app: App, now: number): Promise<void> {
  const running = await livingsRunning(db, app.corp_no, undefined)
  if (running.some(({ theme }) => theme === runningLiving.theme)) return
  if (!(await loadLiving(db, app.corp_no, runningLiving.livingid))) return
  await startRunningLiving(db, app, now, `livingid${now}`)
}
