import { tickedCache } from '../../src/attendance/presence/ticked_cache.ts'
import type { Identity } from '../../src/identity/identity.ts'
import { reportIdentified } from '../../src/identity/report.ts'
import { loadLiving } from '../../src/living/living.ts'
import type { Living } from '../../src/living/store.ts'
import { type Db, retryOnConflict } from '../../src/store/db.ts'
import { sql } from '../../src/store/sql.ts'
import { personOf, type School } from '../world.ts'

/** The viewer number of "student" or "parent/student". */
export async function viewerOf(school: School, who: string): Promise<number> {
  const { student_userid, parent_userid } = personOf(who)
  const [row] = await school.db.all<{ viewer_no: number }>(sql`
    select v.viewer_no from viewer v
    join student s on s.corp_no = v.corp_no and s.student_no = v.student_no
    left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
    where v.corp_no = ${school.corp_no} and s.student_userid = ${student_userid} and coalesce(p.parent_userid, '') = ${parent_userid ?? ''}`)
  if (!row) throw new Error(`${who} is no viewer`)
  return row.viewer_no
}

/** A living of the school as it is stored. */
export const storedLiving = async (school: School, livingid = school.living) =>
  (await loadLiving(school.db, school.corp_no, livingid)) as Living

/** Somebody as the source `zoom` names them: without more, by the name alone. */
export const someone = (name: string, more: Partial<Identity> = {}): Identity => ({ source: 'zoom', identity: name, name, ...more })

type Times = { enter?: number; leave?: number; stay_id?: string }

/**
 * Returns a function that reports a stay of somebody whom the source `zoom` names; times are seconds after the school's clock.
 *
 * @param db through which the reports read and write
 */
export function zoomOf(school: School, db: Db = school.db) {
  const context = { db, ticked: tickedCache(), presenceStarts: true }
  return (who: Identity, { enter = 0, leave = 60, stay_id = '1' }: Times = {}, livingid = school.living) =>
    retryOnConflict(async () => {
      const { now } = school.clock
      const stay = { ...who, stay_id, enter_time: now + enter, leave_time: now + leave }
      return reportIdentified(context, await storedLiving(school, livingid), 'zoom', [stay], now + 3600)
    })
}
