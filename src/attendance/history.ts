import type { Db } from '../store/db.ts'
import { numbers, sql } from '../store/sql.ts'

/** How a pupil stood in one lesson. `own`: the pupil's own line; `family`: whether a parent watched. */
export type Stood = {
  living_no: number
  student_no: number
  own: 'watched' | 'missing' | 'excused' | 'not_subscribed' | 'outside'
  family: boolean
  isExpected: boolean
}

const names = ['outside', 'not_subscribed', 'excused', 'missing', 'watched'] as const

/** Some pupils across some lessons: of each pupil in each lesson one line. 40 lessons of a class of 50 are some 10 ms. */
export async function historyOf(db: Db, corp_no: number, living_nos: readonly number[], student_nos: readonly number[]): Promise<Stood[]> {
  if (living_nos.length === 0 || student_nos.length === 0) return []
  const rows = await db.all<{ living_no: number; student_no: number; own: number; expected: number; family: number }>(sql`
    select a.living_no, v.student_no,
      max(case when v.parent_no > 0 then 0
        when a.watched = 1 then 4
        when a.in_range = 0 then 0
        when a.is_subscribe = 0 then 1
        when a.excused is not null then 2
        else 3 end) as own,
      max(case when v.parent_no = 0 and a.in_range = 1 and a.is_subscribe = 1 and a.excused is null then 1 else 0 end) as expected,
      max(case when v.parent_no > 0 and a.watched = 1 then 1 else 0 end) as family
    from ${numbers('l', 'living_no', living_nos)}
    cross join ${numbers('s', 'student_no', student_nos)}
    cross join viewer v
    cross join attendance a
    where v.corp_no = ${corp_no} and v.student_no = s.student_no
      and a.corp_no = ${corp_no} and a.living_no = l.living_no and a.viewer_no = v.viewer_no
    group by a.living_no, v.student_no`)
  return rows.map(({ living_no, student_no, own, expected, family }) => ({
    living_no,
    student_no,
    own: names[own] ?? 'outside',
    family: family === 1,
    isExpected: expected === 1,
  }))
}
