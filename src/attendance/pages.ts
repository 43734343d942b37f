import type { Db } from '../store/db.ts'
import { numbers, type Query, sql } from '../store/sql.ts'
import { bodyV2, kindOf, type Stat } from './body.ts'
import { beginning, isBeginning, packCursor, unpackCursor } from './cursor.ts'

/** What a page has to know of a living. */
export type Listed = { corp_no: number; living_no: number; livingid: string; state: number; version: number; entry_version: number }
export type Pages = ReturnType<typeof keptPages>

/**
 * What one process remembers of pages. A page's bytes are good while its register's version stands still, which every call reads;
 * a line's text while its entry version does, so that a page that has moved costs an index range of numbers and no text.
 */
export function keptPages(cursorKey: Buffer, mostBytes = 64 * 2 ** 20, mostLines = 400_000) {
  const pages = new Map<string, { version: number; body: Buffer | undefined }>()
  const texts = new Map<string, { entry_version: number; lines: ReturnType<typeof keptLines> }>()
  let bytes = 0
  let lines = 0
  return {
    cursorKey,
    page(key: string, version: number): Buffer | undefined {
      const kept = pages.get(key)
      return kept?.version === version ? kept.body : undefined
    },
    /** From the second time on: most pages are read once, and keeping those too cost a fifth of a page's time in collecting garbage. */
    keepPage(key: string, version: number, body: Buffer): void {
      const before = pages.get(key)
      const again = before?.version === version
      bytes += (again ? body.length : 0) - (before?.body?.length ?? 0)
      pages.delete(key)
      pages.set(key, { version, body: again ? body : undefined })
      for (const [oldest, { body: old }] of pages) {
        if (bytes <= mostBytes && pages.size <= 10_000) break
        pages.delete(oldest)
        bytes -= old?.length ?? 0
      }
    },
    /** The texts of these lines, in order; `load` is asked for those not kept. */
    async entries(
      living: Listed,
      viewer_nos: readonly number[],
      load: (viewer_nos: number[]) => Promise<{ viewer_no: number; entry: string }[]>,
    ): Promise<string[]> {
      const key = `${living.corp_no}/${living.living_no}`
      let kept = texts.get(key)
      if (!kept || kept.entry_version !== living.entry_version) {
        lines -= kept?.lines.size() ?? 0
        kept = { entry_version: living.entry_version, lines: keptLines() }
        texts.delete(key)
        texts.set(key, kept)
      }
      const known = kept.lines
      let entries = known.get(viewer_nos)
      const absent = viewer_nos.filter((_, index) => entries[index] === undefined)
      if (absent.length) {
        const loaded = await load(absent)
        const before = known.size()
        for (const { viewer_no, entry } of loaded) known.set(viewer_no, entry)
        entries = known.get(viewer_nos)
        if (texts.get(key) === kept) lines += known.size() - before
        for (const [oldest, old] of texts) {
          if (lines <= mostLines || oldest === key) break
          texts.delete(oldest)
          lines -= old.lines.size()
        }
      }
      return entries as string[]
    },
  }
}

/**
 * Texts by viewer, in blocks of 256 numbers, since pages ask for numbers that follow each other: a page of 1,000 lines is put together
 * in 0.34 ms, from a map by number in 0.85.
 */
function keptLines() {
  const blocks = new Map<number, string[]>()
  let size = 0
  const blockOf = (viewer_no: number) => Math.floor(viewer_no / 256)
  return {
    size: () => size,
    get(viewer_nos: readonly number[]): (string | undefined)[] {
      let at = Number.NaN
      let block: string[] | undefined
      return viewer_nos.map((viewer_no) => {
        const of = blockOf(viewer_no)
        if (of !== at) block = blocks.get(of)
        at = of
        return block?.[viewer_no - of * 256]
      })
    },
    set(viewer_no: number, entry: string): void {
      const of = blockOf(viewer_no)
      const block = blocks.get(of) ?? []
      blocks.set(of, block)
      if (block[viewer_no - of * 256] === undefined) size++
      block[viewer_no - of * 256] = entry
    },
  }
}

/** One page of those expected who have not watched, as the finished body. Page 95795. Nobody missed what was cancelled or has expired. */
export async function unwatchedPage(
  db: Db,
  pages: Pages,
  living: Listed,
  next_cursor: string | 0 | undefined,
  size: number,
): Promise<Buffer> {
  // by the cursor as it came: one that a page is kept of has been checked, and costs no signature
  const key = `unwatched ${living.corp_no}/${living.living_no} ${next_cursor ?? ''} ${size}`
  const kept = pages.page(key, living.version)
  if (kept) return kept
  const after = unpackCursor(pages.cursorKey, living, 'unwatched', next_cursor)
  const { viewer_nos, last } = living.state > 2 ? nobody : await missingAfter(db, living, after, size)
  const end = viewer_nos.at(-1) ?? after
  const cursor =
    end === beginning
      ? '0'
      : isBeginning(next_cursor) || viewer_nos.length
        ? packCursor(pages.cursorKey, living, 'unwatched', end)
        : next_cursor
  const entries = await pages.entries(living, viewer_nos, async (absent) => {
    if (absent.length * 2 < viewer_nos.length) return db.all(entriesOf(living, absent))
    const found = await missingEntries(db, living, after, end)
    // between the two reads some may have been ticked
    const here = new Set(found.map((line) => line.viewer_no))
    const gone = absent.filter((viewer_no) => !here.has(viewer_no))
    return gone.length ? [...found, ...(await db.all<Line>(entriesOf(living, gone)))] : found
  })
  const students: string[] = []
  const parents: string[] = []
  for (const entry of entries) (kindOf(entry) === 'parent' ? parents : students).push(entry)
  const body = bodyV2({ more: end < last, cursor, arrays: { students, parents } })
  pages.keepPage(key, living.version, body)
  return body
}

/** V1, page 93742: the following parents of students of whose family nobody watched. Not kept: nobody new asks V1. */
export async function unwatchedFamilies(
  db: Db,
  pages: Pages,
  living: Listed,
  next_key: string | 0 | undefined,
  size: number,
): Promise<Stat> {
  const after = unpackCursor(pages.cursorKey, living, 'families', next_key)
  const { viewer_nos, last } = living.state > 2 ? nobody : await missingAfter(db, living, after, size, inIdleFamily(living))
  const end = viewer_nos.at(-1) ?? after
  const students = await pages.entries(living, viewer_nos, (absent) => db.all(entriesOf(living, absent)))
  return { more: end < last, cursor: end === beginning ? '0' : packCursor(pages.cursorKey, living, 'families', end), arrays: { students } }
}

const nobody = { viewer_nos: [], last: beginning }

const missingIn = ({ corp_no, living_no }: Listed) => sql`from attendance
      where corp_no = ${corp_no} and living_no = ${living_no} and in_range = 1 and is_subscribe = 1 and excused is null and watched = 0`

type Line = { viewer_no: number; entry: string }

/** The texts of a page nobody has read yet, as two long strings: 1,000 of them in a third of the time of rows. No text holds a line's end. */
async function missingEntries(db: Db, living: Listed, after: number, end: number): Promise<Line[]> {
  const [page] = await db.all<{ viewer_nos: string | null; entries: string }>(sql`
    select string_agg(cast(viewer_no as text), ',') as viewer_nos, string_agg(entry, '\n') as entries
    from (select viewer_no, entry ${missingIn(living)} and viewer_no > ${after} and viewer_no <= ${end} order by viewer_no) as page`)
  if (!page?.viewer_nos) return []
  const entries = page.entries.split('\n')
  return page.viewer_nos.split(',').map((viewer_no, index) => ({ viewer_no: Number(viewer_no), entry: entries[index] as string }))
}

/** The next viewers of the missing, and the last one of all: a page is the last when it holds that one. */
async function missingAfter(db: Db, living: Listed, after: number, size: number, also: Query = sql`1 = 1`) {
  const missing = sql`${missingIn(living)} and ${also}`
  const [page] = await db.all<{ viewer_nos: string | null; last: number | null }>(sql`
    select string_agg(cast(viewer_no as text), ',') as viewer_nos,
      (select viewer_no ${missing} order by viewer_no desc limit 1) as last
    from (select viewer_no ${missing} and viewer_no > ${after} order by viewer_no limit ${size}) as page`)
  return {
    viewer_nos: page?.viewer_nos ? (JSON.parse(`[${page.viewer_nos}]`) as number[]) : [],
    last: page?.last ?? beginning,
  }
}

/** A parent's line of a student whom nobody of the family watched for. */
const inIdleFamily = ({ corp_no, living_no }: Listed) => sql`exists (
        select 1 from viewer v
        where v.corp_no = ${corp_no} and v.viewer_no = attendance.viewer_no and v.parent_no > 0
          and not exists (
            select 1 from viewer f join attendance w on w.corp_no = f.corp_no and w.living_no = ${living_no} and w.viewer_no = f.viewer_no
            where f.corp_no = ${corp_no} and f.student_no = v.student_no and w.watched = 1
          )
      )`

export const entriesOf = ({ corp_no, living_no }: Listed, viewer_nos: readonly number[]) => sql`
  select a.viewer_no, a.entry from ${numbers('k', 'viewer_no', viewer_nos)}
  cross join attendance a where a.corp_no = ${corp_no} and a.living_no = ${living_no} and a.viewer_no = k.viewer_no`
