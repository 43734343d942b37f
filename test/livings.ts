import type { Client } from '../src/client/client.ts'
import type { Db } from '../src/store/db.ts'
import { sql } from '../src/store/sql.ts'
import type { School } from './world.ts'

type NewLiving = Parameters<Client['livingCreate']>[0]

/** Creates a living that is planned for now and lasts an hour, but does not start it. Returns its livingid. */
export async function reserve(school: School, classes: readonly string[], more: Partial<NewLiving> = {}): Promise<string> {
  const { livingid } = await school.client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: school.clock.now,
    living_duration: 3600,
    living_range: { partyids: classes.map((name) => school.classIds[name] as number) },
    ...more,
  })
  return livingid
}

/** Reports that a living started at this unix time in seconds. */
export const startAt = (school: School, at: number, livingid = school.living) => school.client.ours.start({ livingid, at })
/** Reports that a living ended at this unix time in seconds. */
export const endAt = (school: School, at: number, livingid = school.living) => school.client.ours.end({ livingid, at })

/** Creates a student in these classes, who subscribes to the school's notices by default. */
export async function enrolled(school: School, student_userid: string, classes: readonly string[], is_subscribe = 1): Promise<void> {
  const department = classes.map((name) => school.classIds[name] as number)
  await school.client.createStudent({ student_userid, name: student_userid, department })
  await school.client.ours.subscriptions({ students: [{ student_userid, is_subscribe }] })
}

/** Moves a student to these classes. */
export const moved = (school: School, student_userid: string, classes: readonly string[]) =>
  school.client.updateStudent({ student_userid, department: classes.map((name) => school.classIds[name] as number) })

/** A line of the register. `who` is "student", "parent/student", or the nickname of a visitor. */
export type Line = { who: string; partyids: number[]; in_range: number; is_subscribe: number; excused: string | null; watched: number }

/** The register of a living as table `attendance` has it, including visitors, in the order of viewer_no. */
export async function linesOf(school: School, livingid = school.living, db: Db = school.db): Promise<Line[]> {
  const found = await db.all<Omit<Line, 'who' | 'partyids'> & { entry: string }>(sql`
    select a.in_range, a.is_subscribe, a.excused, a.watched, a.entry
    from attendance a join living l on l.corp_no = a.corp_no and l.living_no = a.living_no
    where a.corp_no = ${school.corp_no} and l.livingid = ${livingid}
    order by a.viewer_no`)
  return found.map(({ entry, ...line }) => {
    const { parent_userid, student_userid, nickname, partyids = [] } = JSON.parse(`{${entry}}`)
    return { who: nickname ?? (parent_userid === undefined ? student_userid : `${parent_userid}/${student_userid}`), partyids, ...line }
  })
}

/** Whose lines of the register are ticked as watched, sorted. */
export async function watchedBy(school: School, livingid = school.living): Promise<string[]> {
  const lines = await linesOf(school, livingid)
  return lines
    .filter((line) => line.watched === 1)
    .map((line) => line.who)
    .sort()
}
