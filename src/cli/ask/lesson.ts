import type { Output } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'

type Report = Output<Table['report']>

/** One line of a lesson's register, by whichever API it came; names where they are known. */
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

/** A family in which nobody watched. */
export type Household = {
  readonly student_userid: string
  readonly name: string
  readonly partyids: readonly number[]
  readonly parent_userids: readonly string[]
}

export type Lesson = {
  readonly livingid: string
  readonly theme: string
  readonly anchor_userid: string
  readonly start_time?: number | undefined
  readonly end_time?: number | undefined
  /** of a Rollcall server alone: the official API does not say who was expected */
  readonly counts?: Report['counts']
  readonly classes?: Report['classes']
  readonly className: (partyid: number) => string
}

export type Ask = {
  readonly livingid: string
  /** the official host knows names only by asking its contacts */
  readonly names: boolean
  readonly min_percent?: number | undefined
  readonly signal: AbortSignal
  readonly told: (done: number, total: number | undefined, says: string) => void
}

/** A lesson's register, to be read once. */
export type Register = {
  readonly lesson: Lesson
  readonly lines: (which: 'missing' | 'watched' | 'all') => AsyncIterable<Line>
  readonly households: () => AsyncIterable<Household>
  /** what the reader should know of these numbers */
  readonly notes: readonly string[]
}

export const isMissing = (line: Line) => ['never_came', 'too_short', 'replay_only'].includes(line.reason)
