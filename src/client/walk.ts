import type { OfficialCalls } from './calls.ts'
import { PageError } from './error.ts'
import { type ListCalls, type Page, pageReaders, type ReadPage, type Row } from './people.ts'
import { eitherSignal } from './signals.ts'

/** How far a living has been read, reported after each of its pages. `people` counts from the first page on. */
export type Progress = { readonly livingid: string; readonly pages: number; readonly people: number; readonly isDone: boolean }
export type WalkOptions = {
  /** Aborts the walk. */
  readonly signal?: AbortSignal
  /** Maximum number of livings that are read at the same time. Default 4. */
  readonly concurrency?: number
  /** Called after each page. */
  readonly onPage?: (progress: Progress) => void
  /**
   * Version of WeCom's calls. Default 2. V1 counts by household: a row is a student, with the parent who subscribed or who watched.
   */
  readonly version?: 1 | 2
}

/**
 * Yields the rows of one list of one or many livings as their pages arrive, each person of a living once.
 * A consumer that leaves the loop, and the caller's signal, abort the pending calls. Throws what the calls throw, and a `PageError` if the
 * server says that more rows follow but returns no new cursor.
 */
export async function* walk(
  calls: ListCalls,
  list: keyof typeof pageReaders,
  livingids: string | Iterable<string>,
  { signal, concurrency = 4, onPage, version = 2 }: WalkOptions,
): AsyncGenerator<Row & { readonly livingid: string }, void> {
  const stop = new AbortController()
  const options = { signal: eitherSignal(stop.signal, signal) }
  const waiting = (typeof livingids === 'string' ? [livingids] : livingids)[Symbol.iterator]()
  const pending = new Map<Pages, Promise<{ pages: Pages; next: IteratorResult<readonly Row[]>; livingid: string }>>()

  const requestNext = (pages: Pages, livingid: string) =>
    pending.set(
      pages,
      pages.next().then((next) => ({ pages, next, livingid })),
    )
  const startLivings = () => {
    while (pending.size < Math.max(1, concurrency)) {
      const { value: livingid, done } = waiting.next()
      if (done) return
      const readPage = pageReaders[list][version](calls, livingid, options)
      requestNext(pagesOf(readPage, livingid, `${list} V${version}`, onPage), livingid)
    }
  }
  try {
    for (startLivings(); pending.size > 0; startLivings()) {
      const { pages, next, livingid } = await Promise.race(pending.values())
      if (next.done) pending.delete(pages)
      else requestNext(pages, livingid)
      for (const row of next.value ?? []) yield { ...row, livingid }
    }
  } finally {
    stop.abort()
    await Promise.allSettled(pending.values())
  }
}

type Pages = AsyncGenerator<readonly Row[], undefined>

/** Yields the rows of a living page by page, without rows of persons that came before. `listName` is for the error's text. */
async function* pagesOf(readPage: ReadPage, livingid: string, listName: string, onPage: WalkOptions['onPage']): Pages {
  const seenPeople = new Set<string>()
  const seenCursors = new Set<string>()
  let people = 0
  for (let cursor: string | undefined = '0', pages = 1; cursor !== undefined; pages++) {
    seenCursors.add(cursor)
    const page: Page = await readPage(cursor)
    // WeCom does not document whether a row can come twice when the list changes between two pages, so repeated rows are dropped.
    const newRows = page.rows.filter((row) => {
      if (row.kind === 'visitor') return true
      const key = `${row.student_userid}\n${row.parent_userid ?? ''}`.toLowerCase() // userids are case-insensitive
      return seenPeople.size < seenPeople.add(key).size
    })
    people += newRows.length
    cursor = page.next
    onPage?.({ livingid, pages, people, isDone: cursor === undefined })
    yield newRows
    if (cursor === '' || (cursor !== undefined && seenCursors.has(cursor))) {
      const message = `the server says that more follows after page ${pages}, and gives no new cursor`
      throw new PageError({ name: listName, path: livingid }, 0, message)
    }
  }
  return undefined
}

/** Yields the livingids of a teacher. Unlike the other lists, this one ends with an empty cursor (WeCom page 93739). */
export async function* livingidsOf(
  calls: Pick<OfficialCalls, 'getUserAllLivingid'>,
  userid: string,
  options: { signal?: AbortSignal },
): AsyncGenerator<string, void> {
  for (let cursor: string | undefined; cursor !== ''; ) {
    const page: { livingid_list: string[]; next_cursor: string } = await calls.getUserAllLivingid(
      { userid, limit: 100, ...(cursor !== undefined && { cursor }) },
      options,
    )
    yield* page.livingid_list
    cursor = page.next_cursor ?? ''
  }
}
