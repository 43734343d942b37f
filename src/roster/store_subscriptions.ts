import { rows, sql } from '../store/sql.ts'

/** Sets `is_subscribe` of the students, or of the parents, with these userids in lower case. */
export const setSubscribed = (
  corp_no: number,
  who: 'student' | 'parent',
  flags: readonly (readonly [key: string, is_subscribe: number])[],
) => {
  const flagged = rows('r', { key: 'text', is_subscribe: 'bigint' }, flags)
  return who === 'student'
    ? sql`update student set is_subscribe = r.is_subscribe from ${flagged}
        where student.corp_no = ${corp_no} and student.student_key = r.key`
    : sql`update parent set is_subscribe = r.is_subscribe from ${flagged}
        where parent.corp_no = ${corp_no} and parent.parent_key = r.key`
}
