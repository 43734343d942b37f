import { beginning, packCursor, unpackCursor } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import type { Input, Output } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { reasons } from '../../wire/v1/report.ts'
import { type ReportedLine, registerLines } from './lines.ts'
import { isMissing, type View } from './reason.ts'
import { classNames, familyOf } from './store.ts'
import { tally } from './tally.ts'

export type Asked = Input<Table['report']>

/**
 * The register of a lesson with names and reasons. The first page carries the counts, for which every line is read; a later one
 * reads only its own lines. Ours; the official calls know no names and no reasons.
 */
export async function reportOf(
  db: Db,
  cursorKey: Buffer,
  living: Living,
  asked: Asked,
  now: number,
  pageSize: number,
): Promise<Output<Table['report']>> {
  check(asked)
  const as_of = Math.min(asked.as_of ?? now, now)
  const view = viewOf(living, asked, as_of)
  const only =
    asked.student_userid === undefined ? undefined : await viewersOf(db, living.corp_no, asked.student_userid, asked.parent_userid)
  const wantsFamilies = asked.kind === 'household'
  const list = wantsFamilies ? 'households' : 'report'
  const after = unpackCursor(cursorKey, living, list, asked.cursor)
  const limit = asked.limit ?? pageSize
  const counting = tally(
    new Map((await db.all<{ party_id: number; name: string }>(classNames(living.corp_no))).map((row) => [row.party_id, row.name])),
  )
  const isFirst = after === beginning
  const page: ReportedLine[] = []

  // a family's lines lie apart, so families need all lines whatever the page
  for await (const line of registerLines(db, living, view, isFirst || wantsFamilies ? beginning : after, only)) {
    if (!inView(asked, line)) continue
    counting.add(line)
    if (!wantsFamilies && line.viewer_no > after && page.length <= limit && wanted(asked, line)) page.push(line)
    if (!isFirst && !wantsFamilies && page.length > limit) break
  }
  const families = wantsFamilies ? counting.idleFamilies().filter((family) => family.student_no > after) : []
  const found = wantsFamilies ? families : page
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const end = last === undefined ? after : 'viewer_no' in last ? last.viewer_no : last.student_no
  return {
    living: {
      livingid: living.livingid,
      theme: living.theme,
      anchor_userid: living.anchor_userid,
      status: living.state,
      ...(living.start_time !== null && { start_time: living.start_time }),
      ...(living.end_time !== null && { end_time: living.end_time }),
      as_of,
      min_seconds: view.atLeast,
      ...(living.mirrored_at !== null && { mirrored_at: living.mirrored_at }),
    },
    ...((isFirst || wantsFamilies) && { counts: counting.counts(), classes: counting.classes() }),
    lines: wantsFamilies ? [] : page.slice(0, limit).map(({ shown }) => shown),
    households: families.slice(0, limit).map(({ student_no: _, ...family }) => family),
    timeline: asked.timeline === 1 ? page.slice(0, limit).flatMap((line) => line.timeline) : [],
    has_more: found.length > limit ? 1 : 0,
    next_cursor: end === beginning ? '0' : packCursor(cursorKey, living, list, end),
  }
}

function check({ kind, reason, timeline, student_userid, parent_userid, min_seconds, min_percent }: Asked): void {
  const refuse = (field: string, expected: string) => {
    throw new WireError('bad_request', `${field}: expected ${expected}`)
  }
  if (kind !== undefined && !['student', 'parent', 'visitor', 'household'].includes(kind))
    refuse('kind', 'student, parent, visitor or household')
  if (reason !== undefined && reason !== 'missing' && !reasons.includes(reason as never))
    refuse('reason', `one of ${reasons.join(', ')} or missing`)
  if (timeline === 1 && student_userid === undefined) refuse('student_userid', 'whose timeline it is')
  if (parent_userid !== undefined && student_userid === undefined) refuse('student_userid', 'the child, beside parent_userid')
  if (min_seconds !== undefined && min_percent !== undefined) refuse('min_percent', 'either min_seconds or min_percent')
}

/** A percentage is of the lesson so far; a lesson cancelled, expired or not started yet has no watchers. */
export function viewOf(living: Living, { min_seconds = 0, min_percent = 0, as_of: asked }: Asked, as_of: number): View {
  const start = living.state > 2 || living.start_time === null || living.start_time > as_of ? null : living.start_time
  const ended = living.end_time ?? Infinity
  const length = start === null ? 0 : Math.max(0, Math.min(ended, as_of) - start)
  return {
    start,
    // the second of the moment itself is seen
    end: asked === undefined ? ended : Math.min(ended, as_of + 1),
    atLeast: Math.max(min_seconds, Math.ceil((length * min_percent) / 100)),
    as_of: asked === undefined ? undefined : as_of,
  }
}

async function viewersOf(db: Db, corp_no: number, student_userid: string, parent_userid: string | undefined): Promise<number[]> {
  const found = await db.all<{ viewer_no: number }>(familyOf(corp_no, student_userid.toLowerCase(), parent_userid?.toLowerCase()))
  return found.map((row) => row.viewer_no)
}

/** What the counts are of. */
const inView = ({ partyid, kind }: Asked, { shown }: ReportedLine) =>
  (partyid === undefined || shown.partyids.includes(partyid)) && (kind === undefined || kind === 'household' || kind === shown.kind)

/** What is listed of that. */
const wanted = ({ reason }: Asked, line: ReportedLine) =>
  reason === undefined || reason === line.shown.reason || (reason === 'missing' && isMissing(line.shown.reason as never))
