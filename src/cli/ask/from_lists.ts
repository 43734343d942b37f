import type { Client, Unwatched, Watched } from '../../client/client.ts'
import { readContacts } from './contacts.ts'
import type { Household, Line, ReadOptions, Register } from './living.ts'

/**
 * Returns the register of a living as WeCom's lists give it: who watched and who did not, as ids.
 * Names and classes are read from the school contacts if `withNames` is set.
 */
export async function fromLists(client: Client, options: ReadOptions): Promise<Register> {
  const { livingid, minPercent = 0, withNames, signal, onProgress } = options
  const { living_info } = await client.schoolGetLivingInfo({ livingid }, { signal })
  const { theme, anchor_userid, living_start, living_duration, living_range } = living_info
  const contacts = withNames ? await readContacts(client, living_range?.partyids ?? [], options) : undefined
  const minSeconds = (living_duration * minPercent) / 100
  let rowCount = 0

  async function* reportProgress<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
    for await (const row of rows) {
      if (++rowCount % 500 === 0) onProgress(rowCount, undefined, livingid)
      yield row
    }
  }
  const lineOf = (row: Unwatched | Watched, reason: string): Line => ({
    ...row,
    name: row.kind === 'visitor' ? row.nickname : (contacts?.nameOf(row.student_userid) ?? ''),
    relation: row.parent_userid === undefined ? undefined : contacts?.relationOf(row.student_userid, row.parent_userid),
    partyids: row.partyids ?? [],
    reason,
  })
  async function* watchedLines(): AsyncGenerator<Line> {
    for await (const row of reportProgress(client.watched(livingid, { signal })))
      yield lineOf(row, row.kind === 'visitor' ? 'visitor' : row.watch_time < minSeconds ? 'too_short' : 'watched')
  }

  return {
    living: {
      livingid,
      theme,
      anchor_userid,
      start_time: living_start,
      end_time: living_start + living_duration,
      className: (partyid) => contacts?.namesByPartyid.get(partyid) ?? String(partyid),
    },
    async *lines(which): AsyncGenerator<Line> {
      if (which !== 'watched')
        for await (const row of reportProgress(client.unwatched(livingid, { signal }))) yield lineOf(row, 'never_came')
      if (which === 'missing' && minSeconds === 0) return
      for await (const line of watchedLines())
        if (which === 'all' || (which === 'missing' ? line.reason === 'too_short' : line.reason === 'watched')) yield line
    },
    async *households(this: Register): AsyncGenerator<Household> {
      yield* unwatchedHouseholds(watchedLines(), this.lines('missing'))
    },
    notes: [
      ...(minPercent > 0
        ? ['the official lists do not say who follows 学校通知: someone who watched too little is listed either way']
        : []),
      ...(withNames ? [] : ['ids alone: --names reads the names from the school contacts']),
    ],
  }
}

/** Yields the households of the missing lines without those of which a line of `watched` has watched. Userids are case-insensitive. */
async function* unwatchedHouseholds(watched: AsyncIterable<Line>, missing: AsyncIterable<Line>): AsyncGenerator<Household> {
  const watchedStudents = new Set<string>()
  for await (const { reason, student_userid } of watched)
    if (reason === 'watched' && student_userid) watchedStudents.add(student_userid.toLowerCase())
  const householdsByStudent = new Map<string, Household & { parent_userids: string[] }>()
  for await (const { student_userid, parent_userid, name, partyids } of missing) {
    const key = student_userid?.toLowerCase()
    if (!student_userid || !key || watchedStudents.has(key)) continue
    const household = householdsByStudent.get(key) ?? { student_userid, name, partyids, parent_userids: [] }
    if (parent_userid) household.parent_userids.push(parent_userid)
    householdsByStudent.set(key, household)
  }
  yield* householdsByStudent.values()
}
