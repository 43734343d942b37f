import { greatest, least, sql } from '../../store/sql.ts'

type Of = { corp_no: number; living_no: number }

/** The letter of a line: see `Roll`. */
const letter = sql`case
    when viewer_no < 0 then 'v'
    when in_range = 0 then case when watched = 1 then 'O' else 'o' end
    when is_subscribe = 0 then case when watched = 1 then 'N' else 'n' end
    when excused is not null then case when watched = 1 then 'E' else 'e' end
    when watched = 1 then 'w'
    else 'm' end`

/** A letter a line, in order: see `Roll`. */
export const statesText = ({ corp_no, living_no }: Of) => sql`
  select string_agg(flag, '') as states from (
    select ${letter} as flag
    from attendance
    where corp_no = ${corp_no} and living_no = ${living_no}
    order by viewer_no
  ) as lines`

/** The next lines as one text, each its letter, its number and its entry: one string is ten times cheaper to hand over than its rows. */
export const linesText = ({ corp_no, living_no }: Of, after: number, limit: number) => sql`
  select string_agg(line, ${'\n'}) as lines, count(*) as count from (
    select ${letter} || cast(viewer_no as text) || ' ' || entry as line
    from attendance
    where corp_no = ${corp_no} and living_no = ${living_no} and viewer_no > ${after}
    order by viewer_no
    limit ${limit}
  ) as lines`

/** Students whose name or userid holds a text, by name: their keys, joined by spaces. Nothing sought: everybody. */
export const studentsByName = (corp_no: number, sought: string) => {
  const like = `%${sought.toLowerCase().replaceAll(/[!%_]/g, (mark) => `!${mark}`)}%`
  return sql`
  select string_agg(student_userid, ' ') as userids from (
    select student_userid from student
    where corp_no = ${corp_no} and (lower(name) like ${like} escape '!' or student_key like ${like} escape '!')
    order by name, student_no
  ) as students`
}

/**
 * Who watched, and fewer seconds than these: their numbers as one text. `watchingOf` in SQL, the union of the stays clipped to the
 * lesson: of each stay what lies past the latest leave before it. 90,000 viewers are some 150 ms, their stays as objects 400.
 */
export const watchedLess = ({ corp_no, living_no }: Of, start: number, end: number, seconds: number) => sql`
  select string_agg(cast(viewer_no as text), ' ') as viewer_nos from (
    select viewer_no from (
      select viewer_no, watch_time, ${greatest}(enter_time, coalesce(${greatest}(before, ${start}), ${start})) as enter_time, ${least}(leave_time, ${end}) as leave_time
      from (
        select viewer_no, enter_time, leave_time, watch_time,
          max(leave_time) over (partition by viewer_no order by enter_time, stay_id rows between unbounded preceding and 1 preceding) as before
        from stay
        where corp_no = ${corp_no} and living_no = ${living_no} and replay = 0 and (enter_time < ${end} or watch_time is not null)
      ) as stays
    ) as clipped
    group by viewer_no
    having sum(coalesce(watch_time, case when leave_time > enter_time then leave_time - enter_time else 0 end)) < ${seconds}
  ) as viewers`

/** Who has seen something of the replay: their numbers, joined by spaces. */
export const watchedReplay = ({ corp_no, living_no }: Of) => sql`
  select string_agg(cast(viewer_no as text), ' ') as viewer_nos from (
    select distinct viewer_no from stay where corp_no = ${corp_no} and living_no = ${living_no} and replay = 1
  ) as viewers`
