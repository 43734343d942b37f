import type { Client, Unwatched, Watched } from '../../client/client.ts'
import { contactsOf } from './contacts.ts'
import type { Ask, Household, Line, Register } from './lesson.ts'

/** The official host has two lists of ids; names and classes stand in the contacts. */
export async function fromLists(client: Client, ask: Ask): Promise<Register> {
  const { livingid, min_percent = 0, signal, told } = ask
  const { living_info } = await client.schoolGetLivingInfo({ livingid }, { signal })
  const { theme, anchor_userid, living_start, living_duration, living_range } = living_info
  const contacts = ask.names ? await contactsOf(client, living_range?.partyids ?? [], ask) : undefined
  const enough = (living_duration * min_percent) / 100
  let done = 0

  async function* read<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
    for await (const row of rows) {
      if (++done % 500 === 0) told(done, undefined, livingid)
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
  async function* watched(): AsyncGenerator<Line> {
    for await (const row of read(client.watched(livingid, { signal })))
      yield lineOf(row, row.kind === 'visitor' ? 'visitor' : row.watch_time < enough ? 'too_short' : 'watched')
  }

  return {
    lesson: {
      livingid,
      theme,
      anchor_userid,
      start_time: living_start,
      end_time: living_start + living_duration,
      className: (partyid) => contacts?.classNames.get(partyid) ?? String(partyid),
    },
    async *lines(which): AsyncGenerator<Line> {
      if (which !== 'watched') for await (const row of read(client.unwatched(livingid, { signal }))) yield lineOf(row, 'never_came')
      if (which === 'missing' && enough === 0) return
      for await (const line of watched())
        if (which === 'all' || (which === 'missing' ? line.reason === 'too_short' : line.reason === 'watched')) yield line
    },
    async *households(this: Register): AsyncGenerator<Household> {
      const reached = new Set<string>()
      for await (const line of watched())
        if (line.reason === 'watched' && line.student_userid) reached.add(line.student_userid.toLowerCase())
      const families = new Map<string, Household & { parent_userids: string[] }>()
      for await (const line of this.lines('missing')) {
        if (!line.student_userid || reached.has(line.student_userid.toLowerCase())) continue
        const { student_userid, name, partyids } = line
        const family = families.get(student_userid.toLowerCase()) ?? { student_userid, name, partyids, parent_userids: [] }
        if (line.parent_userid) family.parent_userids.push(line.parent_userid)
        families.set(student_userid.toLowerCase(), family)
      }
      yield* families.values()
    },
    notes: [
      ...(min_percent > 0
        ? ['the official lists do not say who follows 学校通知: someone who watched too little is listed either way']
        : []),
      ...(ask.names ? [] : ['ids alone: --names reads the names from the school contacts']),
    ],
  }
}
