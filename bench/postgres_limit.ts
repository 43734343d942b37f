import pg from 'pg'
import type { Stay } from './parts/presence.ts'

/** The limits on PostgreSQL: what the database achieves when only its driver is between it and the bench. */

/** Upserts the stays in one transaction, 10,000 rows per statement as arrays; with `ticks`, ticks their lines too. Returns the seconds, commit included. */
export async function rawUpserts(url: string, livingid: string, stays: readonly Stay[], ticks: boolean): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('select corp_no, living_no from living where livingid = $1', [livingid])
  const { corp_no, living_no } = rows[0]
  const began = performance.now()
  await client.query('begin')
  for (let from = 0; from < stays.length; from += 10_000) {
    const some = stays.slice(from, from + 10_000)
    const viewer_nos = some.map(({ viewer_no }) => viewer_no)
    await client.query(
      `insert into stay (corp_no, living_no, viewer_no, replay, stay_id, enter_time, leave_time, is_comment, source)
        select $1, $2, r.viewer_no, 0, r.stay_id, r.enter_time, r.leave_time, 0, 'api'
        from unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[]) as r(viewer_no, stay_id, enter_time, leave_time)
        on conflict (corp_no, living_no, viewer_no, replay, stay_id) do update set
          enter_time = least(stay.enter_time, excluded.enter_time), leave_time = greatest(stay.leave_time, excluded.leave_time),
          is_comment = greatest(stay.is_comment, excluded.is_comment)`,
      [
        corp_no,
        living_no,
        viewer_nos,
        ...(['stay_id', 'enter_time', 'leave_time'] as const).map((column) => some.map((stay) => stay[column])),
      ],
    )
    if (ticks)
      await client.query(
        `update attendance set watched = 1
          where corp_no = $1 and living_no = $2 and watched = 0 and viewer_no in (select unnest($3::bigint[]))`,
        [corp_no, living_no, viewer_nos],
      )
  }
  await client.query('commit')
  const seconds = (performance.now() - began) / 1000
  await client.end()
  return seconds
}

/** Runs one statement with changing values on so many connections for `ms`. Returns the answers per second. */
export async function rawSelects(url: string, text: string, valuesOf: () => unknown[], connections: number, ms: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  // a connection that is still being closed when the server stops reports an error here
  pool.on('error', () => {})
  let count = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (; performance.now() - began < ms; count++) await pool.query(text, valuesOf())
    }),
  )
  const seconds = (performance.now() - began) / 1000
  await pool.end()
  return count / seconds
}

/** The page of the list, put together by the database as one text, from the index that Rollcall uses. */
export const pageAsText = `
  select string_agg('{' || entry || '}', ',' order by viewer_no) as page from (
    select viewer_no, entry from attendance
    where corp_no = $1 and living_no = (select living_no from living where corp_no = $1 and livingid = $2)
      and in_range = 1 and is_subscribe = 1 and excused is null and watched = 0 and viewer_no > $3
    order by viewer_no
    limit 1000
  ) as lines`
