import { beginning, cursorAt, unpackCursor } from '../../cursor.ts'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import type { Input, Output } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { reasons } from '../../wire/v1/report.ts'
import { type ReportedLine, registerLines } from './lines.ts'
import { classNames, householdViewers } from './store.ts'
import { tally } from './tally.ts'
import { minSecondsOf, type View, viewOf } from './view.ts'

type Asked = Input<Table['report']>

/**
 * `GET /v1/livings/{livingid}/report`: the register with names and reasons. The first page carries the counts, for which every line is
 * read; a later page reads its own lines alone.
 *
 * @param pageSize lines of a page, where `limit` is absent
 * @throws 40058 for a field that is wrong, 50100 for a cursor that is
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
  const asOf = Math.min(asked.as_of ?? now, now)
  const view = viewOf(living, asked, asOf)
  const list = asked.kind === 'household' ? 'households' : 'report'
  const after = unpackCursor(cursorKey, living, list, asked.cursor)
  const limit = asked.limit ?? pageSize
  const { page, counting } = await readLines(db, living, view, asked, after, limit)

  const households = list === 'households' ? counting.missingHouseholds().filter(({ student_no }) => student_no > after) : []
  const lines = list === 'households' ? [] : page.slice(0, limit)
  const end = list === 'households' ? households.slice(0, limit).at(-1)?.student_no : lines.at(-1)?.viewer_no
  const hasCounts = after === beginning || list === 'households'
  return {
    living: livingShown(living, view, asOf),
    ...(hasCounts && { counts: counting.counts(), classes: counting.classes() }),
    lines: lines.map(({ shown }) => shown),
    households: households.slice(0, limit).map(({ student_no: _, ...household }) => household),
    timeline: asked.timeline === 1 ? page.slice(0, limit).flatMap((line) => line.timeline) : [],
    has_more: (list === 'households' ? households : page).length > limit ? 1 : 0,
    next_cursor: cursorAt(cursorKey, living, list, end ?? after),
  }
}

/**
 * The lines of a page, one more where there are more, and the counts of all lines that were read. Households are spread over the register,
 * so a page of them reads every line.
 */
async function readLines(db: Db, living: Living, view: View, asked: Asked, after: number, limit: number) {
  const viewer_nos =
    asked.student_userid === undefined ? undefined : await viewersOf(db, living.corp_no, asked.student_userid, asked.parent_userid)
  const names = await db.all<{ party_id: number; name: string }>(classNames(living.corp_no))
  const counting = tally(new Map(names.map(({ party_id, name }) => [party_id, name])))
  const wantsHouseholds = asked.kind === 'household'
  const readsAll = after === beginning || wantsHouseholds
  const page: ReportedLine[] = []
  for await (const line of registerLines(db, living, view, readsAll ? beginning : after, viewer_nos)) {
    if (!isCounted(asked, line)) continue
    counting.add(line)
    if (!wantsHouseholds && line.viewer_no > after && page.length <= limit && isListed(asked, line)) page.push(line)
    if (!readsAll && page.length > limit) break
  }
  return { page, counting }
}

const livingShown = (living: Living, view: View, as_of: number) => ({
  livingid: living.livingid,
  theme: living.theme,
  anchor_userid: living.anchor_userid,
  status: living.state,
  ...(living.start_time !== null && { start_time: living.start_time }),
  ...(living.end_time !== null && { end_time: living.end_time }),
  as_of,
  register_as_of: registerAsOf(living, as_of),
  min_seconds: minSecondsOf(view, 0),
  ...(living.mirrored_at !== null && { mirrored_at: living.mirrored_at }),
})

/** Whose roster the register has: that of the end, or of when it was first frozen where it was opened after the end. */
const registerAsOf = ({ end_time, frozen_at, created_at }: Living, as_of: number): number =>
  end_time === null || frozen_at === null ? as_of : created_at > end_time ? frozen_at : Math.min(end_time, as_of)

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

async function viewersOf(db: Db, corp_no: number, student_userid: string, parent_userid: string | undefined): Promise<number[]> {
  const found = await db.all<{ viewer_no: number }>(householdViewers(corp_no, student_userid.toLowerCase(), parent_userid?.toLowerCase()))
  return found.map((row) => row.viewer_no)
}

const isCounted = ({ partyid, kind }: Asked, { shown }: ReportedLine) =>
  (partyid === undefined || shown.partyids.includes(partyid)) && (kind === undefined || kind === 'household' || kind === shown.kind)

const isListed = ({ reason }: Asked, { shown, standing }: ReportedLine) =>
  reason === undefined || reason === shown.reason || (reason === 'missing' && standing === 'missing')
