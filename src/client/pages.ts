import type { Client } from './client.ts'
import { PageError } from './error.ts'
import { either } from './signals.ts'

/** A student, or a parent on behalf of one child; each judged on their own. */
export type Person =
  | { readonly kind: 'student'; readonly student_userid: string; readonly parent_userid?: undefined; readonly partyids: readonly number[] }
  | { readonly kind: 'parent'; readonly student_userid: string; readonly parent_userid: string; readonly partyids: readonly number[] }
/** How somebody watched: seconds, the first enter and the last leave in unix seconds, 1 if they commented. */
export type Watching = {
  readonly watch_time: number
  readonly enter_time: number
  readonly leave_time: number
  readonly is_comment: number
}
/** Somebody who is not in the school's contacts. */
export type Visitor = {
  readonly kind: 'visitor'
  readonly nickname: string
  readonly student_userid?: undefined
  readonly parent_userid?: undefined
  readonly partyids?: undefined
}
export type Unwatched = Person & { readonly livingid: string }
export type Watched = (Person | Visitor) & Watching & { readonly livingid: string }

/** How far a living has been read, told after each of its pages. */
export type Progress = { readonly livingid: string; readonly pages: number; readonly people: number; readonly isDone: boolean }
export type WalkOptions = {
  readonly signal?: AbortSignal
  /** livings read at the same time; 4 unless said */
  readonly concurrency?: number
  readonly onPage?: (progress: Progress) => void
  /** which of WeCom's calls; 2 unless said. V1 counts by family: a row is a student's, with the parent who follows or watched */
  readonly version?: 1 | 2
}

type Row = Person | (Visitor & Watching)
type Page = { readonly rows: readonly Row[]; readonly next: string | undefined }
type Read = (cursor: string) => Promise<Page>

/** The four lists as one: V1's `ending` and `stat_infoes`, V2's `has_more` end here. Only the flag ends a list (page 95795). */
const lists = {
  unwatched: {
    1:
      (client: Client, livingid: string, options: { signal: AbortSignal }): Read =>
      async (next_key) => {
        const { stat_info, ending, next_key: next } = await client.getUnwatchStat({ livingid, next_key }, options)
        return { rows: stat_info.students.map(person), next: ending === 1 ? undefined : next }
      },
    2:
      (client: Client, livingid: string, options: { signal: AbortSignal }): Read =>
      async (next_cursor) => {
        const { stat_info, has_more, next_cursor: next } = await client.getUnwatchStatV2({ livingid, next_cursor }, options)
        return { rows: [...stat_info.students, ...stat_info.parents].map(person), next: has_more === 1 ? next : undefined }
      },
  },
  watched: {
    1:
      (client: Client, livingid: string, options: { signal: AbortSignal }): Read =>
      async (next_key) => {
        const { stat_infoes, ending, next_key: next } = await client.getWatchStat({ livingid, next_key }, options)
        return { rows: [...stat_infoes.students.map(person), ...stat_infoes.visitors.map(visitor)], next: ending === 1 ? undefined : next }
      },
    2:
      (client: Client, livingid: string, options: { signal: AbortSignal }): Read =>
      async (next_cursor) => {
        const { stat_info, has_more, next_cursor: next } = await client.getWatchStatV2({ livingid, next_cursor }, options)
        const rows = [...[...stat_info.students, ...stat_info.parents].map(person), ...stat_info.visitors.map(visitor)]
        return { rows, next: has_more === 1 ? next : undefined }
      },
  },
}

type Found = { student_userid: string; parent_userid?: string; partyids: number[] }
const person = (row: Found): Person =>
  row.parent_userid ? { kind: 'parent', ...row, parent_userid: row.parent_userid } : { kind: 'student', ...row, parent_userid: undefined }
const visitor = <V extends { nickname: string } & Watching>(row: V): Visitor & Watching => ({ kind: 'visitor', ...row })

/** Everybody of some livings, each person of a living once, as the pages come. Who stops reading stops the calls. */
export async function* walk(
  client: Client,
  list: keyof typeof lists,
  livingids: string | Iterable<string>,
  { signal, concurrency = 4, onPage, version = 2 }: WalkOptions,
): AsyncGenerator<Row & { readonly livingid: string }, void> {
  const stop = new AbortController()
  const options = { signal: either(stop.signal, signal) }
  const waiting = (typeof livingids === 'string' ? [livingids] : livingids)[Symbol.iterator]()
  const reading = new Map<Pages, Promise<{ pages: Pages; next: IteratorResult<readonly Row[]>; livingid: string }>>()

  const readOn = (pages: Pages, livingid: string) =>
    reading.set(
      pages,
      pages.next().then((next) => ({ pages, next, livingid })),
    )
  const fill = () => {
    while (reading.size < Math.max(1, concurrency)) {
      const { value: livingid, done } = waiting.next()
      if (done) return
      readOn(pagesOf(lists[list][version](client, livingid, options), livingid, `${list} V${version}`, onPage), livingid)
    }
  }
  try {
    for (fill(); reading.size > 0; fill()) {
      const { pages, next, livingid } = await Promise.race(reading.values())
      if (next.done) reading.delete(pages)
      else readOn(pages, livingid)
      for (const row of next.value ?? []) yield { ...row, livingid }
    }
  } finally {
    stop.abort()
    await Promise.allSettled(reading.values())
  }
}

type Pages = AsyncGenerator<readonly Row[], undefined>

async function* pagesOf(read: Read, livingid: string, name: string, onPage: WalkOptions['onPage']): Pages {
  const people = new Set<string>()
  const cursors = new Set<string>()
  let count = 0
  for (let cursor: string | undefined = '0', pages = 1; cursor !== undefined; pages++) {
    cursors.add(cursor)
    const page: Page = await read(cursor)
    // the page says nothing of rows that come twice while the list changes
    const fresh = page.rows.filter((row) => {
      if (row.kind === 'visitor') return true
      const key = `${row.student_userid}\n${row.parent_userid ?? ''}`.toLowerCase() // userids compare without case
      return people.size < people.add(key).size
    })
    count += fresh.length
    cursor = page.next
    onPage?.({ livingid, pages, people: count, isDone: cursor === undefined })
    yield fresh
    if (cursor === '' || (cursor !== undefined && cursors.has(cursor)))
      throw new PageError({ name, path: livingid }, 0, `the server says that more follows after page ${pages}, and gives no new cursor`)
  }
  return undefined
}

/** The livings of a teacher. The only list whose end is an empty cursor (page 93739). */
export async function* livingidsOf(client: Client, userid: string, options: { signal?: AbortSignal }): AsyncGenerator<string, void> {
  for (let cursor: string | undefined; cursor !== ''; ) {
    const page: { livingid_list: string[]; next_cursor: string } = await client.getUserAllLivingid(
      { userid, limit: 100, ...(cursor !== undefined && { cursor }) },
      options,
    )
    yield* page.livingid_list
    cursor = page.next_cursor ?? ''
  }
}
