import type { App } from '../access/token.ts'
import { reportPresence } from '../attendance/presence/report_presence.ts'
import { tickedCache } from '../attendance/presence/ticked_cache.ts'
import { livingsRunning } from '../living/lists.ts'
import { loadLiving } from '../living/living.ts'
import { viewerLookup } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import { chances } from './names.ts'
import { type DemoPupil, demoPupils, runningLesson, startRunning } from './school.ts'

/** Every few seconds another family comes in, so that somebody who opens the console sees numbers move. */
export function demoAudience(db: Db, app: App) {
  const context = { db, viewers: viewerLookup(), ticked: tickedCache() }
  const pupils = demoPupils().filter(({ class_id }) => class_id < 50)
  // from both classes by turns
  const late = pupils.filter((_, index) => index % 5 >= 3)
  const half = late.length / 2
  const waiting = late.map((_, index) => late[index % 2 ? half + (index - 1) / 2 : index / 2] as DemoPupil)
  const chance = chances(3)
  let last = 0
  return async (now: number): Promise<void> => {
    // some stay away, as in life
    if (now < last + 4 || waiting.length < 6) return
    last = now
    const running = (await livingsRunning(db, app.corp_no, undefined)).find(({ theme }) => theme === runningLesson.theme)
    const pupil = waiting.shift()
    if (!running || !pupil) return
    const here = { enter_time: now, leave_time: now, stay_id: `demo-${running.living_no}` }
    const stays = [
      ...(chance() < 0.9 ? [{ student_userid: pupil.student_userid, ...here }] : []),
      ...pupil.parents
        .filter(() => chance() < 0.5)
        .map((parent_userid) => ({ student_userid: pupil.student_userid, parent_userid, ...here })),
    ]
    if (stays.length) await reportPresence(context, running, stays, now, 'demo')
  }
}

/** A server that is started again the next day finds its lesson over, and holds another. */
export async function keepLessonRunning(db: Db, app: App, now: number): Promise<void> {
  const running = await livingsRunning(db, app.corp_no, undefined)
  if (running.some(({ theme }) => theme === runningLesson.theme)) return
  if (!(await loadLiving(db, app.corp_no, runningLesson.livingid))) return
  await startRunning(db, app, now, `livingid${now}`)
}
