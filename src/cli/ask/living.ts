import type { Output } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'

type Report = Output<Table['report']>

/**
 * One line of a living's register, in the same shape whether it came from Rollcall's report or from WeCom's lists.
 * `name` is empty where it is not known. Times are in seconds since 1970, `watch_time` in seconds.
 */
export type Line = {
  readonly kind: string
  readonly student_userid?: string | undefined
  readonly parent_userid?: string | undefined
  readonly name: string
  readonly relation?: string | undefined
  readonly partyids: readonly number[]
  readonly reason: string
  readonly watch_time?: number | undefined
  readonly enter_time?: number | undefined
  readonly leave_time?: number | undefined
  readonly is_comment?: number | undefined
}

/** A household in which nobody watched. */
export type Household = {
  readonly student_userid: string
  readonly name: string
  readonly partyids: readonly number[]
  readonly parent_userids: readonly string[]
}

/** What is known of a living itself. Times are in seconds since 1970. */
export type Living = {
  readonly livingid: string
  readonly theme: string
  readonly anchor_userid: string
  readonly start_time?: number | undefined
  readonly end_time?: number | undefined
  /** 0 to 4, as WeCom numbers it (page 93635) */
  readonly status?: number | undefined
  /** only from a Rollcall server: WeCom's API does not say who was expected */
  readonly counts?: Report['counts']
  readonly classes?: Report['classes']
  /** Returns the name of a class, or its partyid if the name is not known. */
  readonly className: (partyid: number) => string
}

/** Reports progress. `total` is undefined if it is not known. */
export type OnProgress = (done: number, total: number | undefined, label: string) => void

export type ReadOptions = {
  readonly livingid: string
  /** whether to read names from the school contacts of the official host, whose lists have none */
  readonly withNames: boolean
  /** from this percentage of the living on, somebody has watched */
  readonly minPercent?: number | undefined
  readonly signal: AbortSignal
  readonly onProgress: OnProgress
}

/** The register of a living. `lines` and `households` call the server each time; read one of them, once. */
export type Register = {
  readonly living: Living
  readonly lines: (which: 'missing' | 'watched' | 'all') => AsyncIterable<Line>
  readonly households: () => AsyncIterable<Household>
  /** sentences that warn the reader about these numbers */
  readonly notes: readonly string[]
}

/** the reasons of those who were expected and have not watched */
const missingReasons = ['never_came', 'left_before_start', 'too_short', 'replay_only']

export const isMissing = (line: Line) => missingReasons.includes(line.reason)
