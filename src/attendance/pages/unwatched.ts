import { beginning, isBeginning, packCursor, unpackCursor } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import { sql } from '../../store/sql.ts'
import { type Blocks, keptBlocks, missingOf } from './block_cache.ts'
import type { Stat } from './body.ts'
import { keptBodies } from './page_cache.ts'
import { blockOf, type Cut, countWhile, linesUpTo, unwatchedBody } from './run.ts'

export type Pages = ReturnType<typeof keptPages>

/** What one process has for pages: the key that cursors are signed with, and what it remembers and can forget at any time. */
export const keptPages = (cursorKey: Buffer, blocks: Blocks = keptBlocks()) => ({ cursorKey, blocks, bodies: keptBodies() })

/** From more prints than this on a page's blocks are joined: where 99 % have watched it was cut out of 400, which doubled its time. */
const mostCuts = 16

/** One page of those expected who have not watched, as the finished body. Page 95795. Nobody missed what was cancelled or has expired. */
export async function unwatchedPage(
  db: Db,
  { cursorKey, blocks, bodies }: Pages,
  living: Living,
  next_cursor: string | 0 | undefined,
  size: number,
): Promise<Buffer> {
  // by the cursor as it came: one that a page is kept of has been checked
  const key = `${living.corp_no}/${living.living_no} ${next_cursor ?? ''} ${size}`
  const kept = bodies.get(key, living.version)
  if (kept) return kept
  const after = unpackCursor(cursorKey, living, 'unwatched', next_cursor)
  const register = await blocks.registerOf(db, living)
  const places = living.state > 2 ? [] : register.places
  const cuts: Cut[] = []
  let end = after
  let left = size
  let more = false
  let allKept = true
  // the first place whose block is not wholly before the cursor
  const first = countWhile(places.length, (at) => (places[at]?.no as number) < blockOf(after))
  let index = first
  for (; index < places.length && !more; index++) {
    const kept = places[index]?.cut
    allKept &&= kept !== undefined
    const cut = kept ?? (await blocks.read(db, living, register, places, index, size))
    const { print } = cut
    const from = index === first ? Math.min(Math.max(cut.from, linesUpTo(print, after)), cut.to) : cut.from
    const to = Math.min(cut.to, from + left)
    more = to < cut.to
    if (to === from) continue
    left -= to - from
    end = print.viewer_nos[to - 1] as number
    const last = cuts.at(-1)
    if (last?.print === print && last.to === from) cuts[cuts.length - 1] = { ...last, to }
    else cuts.push({ print, from, to })
  }
  if (allKept && cuts.length > mostCuts) blocks.join(places.slice(first, index), cuts)
  const isSame = end === after && !isBeginning(next_cursor)
  const cursor = end === beginning ? '0' : isSame ? (next_cursor as string) : packCursor(cursorKey, living, 'unwatched', end)
  const body = unwatchedBody(cuts, more, cursor)
  bodies.keep(key, living.version, body)
  return body
}

/** V1, page 93742: the following parents of students of whose family nobody watched. Not kept: nobody new asks V1. */
export async function unwatchedFamilies(
  db: Db,
  { cursorKey }: Pages,
  living: Living,
  next_key: string | 0 | undefined,
  size: number,
): Promise<Stat> {
  const after = unpackCursor(cursorKey, living, 'families', next_key)
  const found = living.state > 2 ? [] : await db.all<{ viewer_no: number; entry: string }>(idleFamilies(living, after, size + 1))
  const lines = found.slice(0, size)
  const end = lines.at(-1)?.viewer_no ?? after
  return {
    more: found.length > size,
    cursor: end === beginning ? '0' : packCursor(cursorKey, living, 'families', end),
    arrays: { students: lines.map((line) => line.entry) },
  }
}

/** Missing parents of students whom nobody of the family watched for. */
const idleFamilies = (living: Living, after: number, size: number) => sql`
  select viewer_no, entry ${missingOf(living)}
    and viewer_no > ${after}
    and exists (
      select 1 from viewer v
      where v.corp_no = ${living.corp_no} and v.viewer_no = attendance.viewer_no and v.parent_no > 0
        and not exists (
          select 1 from viewer f join attendance w on w.corp_no = f.corp_no and w.living_no = ${living.living_no} and w.viewer_no = f.viewer_no
          where f.corp_no = ${living.corp_no} and f.student_no = v.student_no and w.watched = 1
        )
    )
  order by viewer_no
  limit ${size}`
