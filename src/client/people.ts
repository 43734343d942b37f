import type { CallOptions } from './call.ts'
import type { OfficialCalls } from './calls.ts'

/** A student, or a parent on behalf of one child. Each of them counts separately. */
export type Person =
  | { readonly kind: 'student'; readonly student_userid: string; readonly parent_userid?: undefined; readonly partyids: readonly number[] }
  | { readonly kind: 'parent'; readonly student_userid: string; readonly parent_userid: string; readonly partyids: readonly number[] }
/** How somebody watched. */
export type Watching = {
  /** seconds */
  readonly watch_time: number
  /** the first enter, in seconds since 1970 */
  readonly enter_time: number
  /** the last leave, in seconds since 1970 */
  readonly leave_time: number
  /** 1 if the viewer commented, otherwise 0 */
  readonly is_comment: number
}
/** Somebody who watched and is not in the school's contacts. */
export type Visitor = {
  readonly kind: 'visitor'
  readonly nickname: string
  readonly student_userid?: undefined
  readonly parent_userid?: undefined
  readonly partyids?: undefined
}
export type Unwatched = Person & { readonly livingid: string }
export type Watched = (Person | Visitor) & Watching & { readonly livingid: string }

/** A row of any of the four lists. */
export type Row = Person | (Visitor & Watching)
/** One page of a list. `next` is the cursor of the following page; undefined after the last page. */
export type Page = { readonly rows: readonly Row[]; readonly next: string | undefined }
/** Reads the page of a list that begins at `cursor`. */
export type ReadPage = (cursor: string) => Promise<Page>

/** The calls that the four lists are read with. */
export type ListCalls = Pick<OfficialCalls, 'getUnwatchStat' | 'getUnwatchStatV2' | 'getWatchStat' | 'getWatchStatV2'>
type PageReader = (calls: ListCalls, livingid: string, options: CallOptions) => ReadPage

/**
 * WeCom's four lists in one shape. V1 has `ending` and `stat_infoes` where V2 has `has_more` and `stat_info`.
 * In both versions only that flag marks the last page (WeCom page 95795): a page may be short or empty and not be the last.
 */
export const pageReaders: Readonly<Record<'unwatched' | 'watched', Readonly<Record<1 | 2, PageReader>>>> = {
  unwatched: {
    1: (calls, livingid, options) => async (next_key) => {
      const { stat_info, ending, next_key: next } = await calls.getUnwatchStat({ livingid, next_key }, options)
      return { rows: stat_info.students.map(toPerson), next: ending === 1 ? undefined : next }
    },
    2: (calls, livingid, options) => async (next_cursor) => {
      const { stat_info, has_more, next_cursor: next } = await calls.getUnwatchStatV2({ livingid, next_cursor }, options)
      return { rows: [...stat_info.students, ...stat_info.parents].map(toPerson), next: has_more === 1 ? next : undefined }
    },
  },
  watched: {
    1: (calls, livingid, options) => async (next_key) => {
      const { stat_infoes, ending, next_key: next } = await calls.getWatchStat({ livingid, next_key }, options)
      const rows = [...stat_infoes.students.map(toPerson), ...stat_infoes.visitors.map(toVisitor)]
      return { rows, next: ending === 1 ? undefined : next }
    },
    2: (calls, livingid, options) => async (next_cursor) => {
      const { stat_info, has_more, next_cursor: next } = await calls.getWatchStatV2({ livingid, next_cursor }, options)
      const rows = [...[...stat_info.students, ...stat_info.parents].map(toPerson), ...stat_info.visitors.map(toVisitor)]
      return { rows, next: has_more === 1 ? next : undefined }
    },
  },
}

type PersonRow = { student_userid: string; parent_userid?: string; partyids: number[] }
const toPerson = (row: PersonRow): Person =>
  row.parent_userid ? { kind: 'parent', ...row, parent_userid: row.parent_userid } : { kind: 'student', ...row, parent_userid: undefined }
const toVisitor = <V extends { nickname: string } & Watching>(row: V): Visitor & Watching => ({ kind: 'visitor', ...row })
