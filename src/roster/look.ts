import type { Db } from '../store/db.ts'
import { numbers, sql } from '../store/sql.ts'
import { keyOf } from './people.ts'

/** What a person looks up on the roster, where the wire's calls have no question for it. */
export type Pupil = { student_no: number; student_userid: string; name: string; partyids: string; is_subscribe: number }

export const pupilsOfClass = (db: Db, corp_no: number, party_id: number) =>
  db.all<Pupil>(sql`
    select s.student_no, s.student_userid, s.name, s.partyids, s.is_subscribe from member m
    join student s on s.corp_no = m.corp_no and s.student_no = m.student_no and s.active = 1
    where m.corp_no = ${corp_no} and m.party_id = ${party_id}
    order by s.student_no`)

/** Whoever left stands here still: the past keeps them. */
export async function pupilOf(db: Db, corp_no: number, userid: string): Promise<Pupil | undefined> {
  const [pupil] = await db.all<Pupil>(sql`
    select student_no, student_userid, name, partyids, is_subscribe from student
    where corp_no = ${corp_no} and student_key = ${keyOf(userid)}`)
  return pupil
}

export const parentsOfPupil = (db: Db, corp_no: number, student_no: number) =>
  db.all<{ parent_userid: string; relation: string; mobile: string; is_subscribe: number }>(sql`
    select p.parent_userid, v.relation, p.mobile, p.is_subscribe from viewer v
    join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
    where v.corp_no = ${corp_no} and v.student_no = ${student_no} and v.parent_no > 0 and v.active = 1
    order by v.viewer_no`)

export type ClassSize = { party_id: number; pupils: number; silent: number }

/** How many pupils each of these classes has, and how many of them do not follow the notices. */
export const classSizes = (db: Db, corp_no: number, party_ids: readonly number[]) =>
  db.all<ClassSize>(sql`
    select k.party_id, count(s.student_no) as pupils, coalesce(sum(1 - s.is_subscribe), 0) as silent
    from ${numbers('k', 'party_id', party_ids)}
    left join member m on m.corp_no = ${corp_no} and m.party_id = k.party_id
    left join student s on s.corp_no = m.corp_no and s.student_no = m.student_no and s.active = 1
    group by k.party_id
    order by k.party_id`)

export type Silent = { student_userid: string; name: string; partyids: string; parent_userid: string | null; relation: string }

/** Pupils and parents of these classes who do not follow the notices, by pupil; and how many there are. */
export async function silentIn(db: Db, corp_no: number, party_ids: readonly number[], from: number, limit: number) {
  const those = sql`
    from viewer v
    join student s on s.corp_no = v.corp_no and s.student_no = v.student_no and s.active = 1
    left join parent p on p.corp_no = v.corp_no and p.parent_no = v.parent_no
    where v.corp_no = ${corp_no} and v.active = 1
      and case when v.parent_no = 0 then s.is_subscribe else p.is_subscribe end = 0
      and v.student_no in (
        select m.student_no from ${numbers('k', 'party_id', party_ids)}
        cross join member m where m.corp_no = ${corp_no} and m.party_id = k.party_id
      )`
  const [counted] = await db.all<{ total: number }>(sql`select count(*) as total ${those}`)
  const people = await db.all<Silent>(sql`
    select s.student_userid, s.name, s.partyids, p.parent_userid, v.relation ${those}
    order by s.student_no, v.viewer_no limit ${limit} offset ${from}`)
  return { total: counted?.total ?? 0, people }
}
