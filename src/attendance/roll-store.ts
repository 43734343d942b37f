import { sql } from '../store/sql.ts'

export type Listed = { corp_no: number; living_no: number; livingid: string; state: number; version: number; entry_version: number }

/** A letter a line, in order: see `Roll`. */
export const statesText = ({ corp_no, living_no }: Listed) => sql`
  select string_agg(flag, '') as states from (
    select case
      when viewer_no < 0 then 'v'
      when in_range = 0 then case when watched = 1 then 'O' else 'o' end
      when is_subscribe = 0 then case when watched = 1 then 'N' else 'n' end
      when excused is not null then case when watched = 1 then 'E' else 'e' end
      when watched = 1 then 'w'
      else 'm' end as flag
    from attendance
    where corp_no = ${corp_no} and living_no = ${living_no}
    order by viewer_no
  ) as lines`

/** The next lines as one text, each its number and its entry: one string is ten times cheaper to hand over than its rows. */
export const linesText = ({ corp_no, living_no }: Listed, after: number, limit: number) => sql`
  select string_agg(line, ${'\n'}) as lines, count(*) as count from (
    select cast(viewer_no as text) || ' ' || entry as line
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
