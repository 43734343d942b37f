import type { Client } from '../../client/client.ts'
import { localTime } from '../../sheets/sheet.ts'
import type { Ask, Household, Line, Register } from './lesson.ts'

/** A Rollcall server has it all in one call of its own: names, reasons, and numbers that add up. */
export async function fromReport(client: Client, { livingid, min_percent, signal, told }: Ask): Promise<Register> {
  const asked = { livingid, ...(min_percent !== undefined && { min_percent }) }
  const first = await client.ours.report({ ...asked, limit: 1 }, { signal })
  const names = new Map(first.classes?.map(({ partyid, name }) => [partyid, name]))
  const { counts } = first
  const { mirrored_at, status } = first.living

  async function* pages(more: { reason?: string; kind?: string }, total: number | undefined) {
    let done = 0
    for (let cursor = '0', has_more = 1; has_more === 1; ) {
      const page = await client.ours.report({ ...asked, ...more, cursor, limit: 5000 }, { signal })
      done += page.lines.length + page.households.length
      told(done, total, livingid)
      yield page
      has_more = page.has_more
      cursor = page.next_cursor
    }
  }

  return {
    lesson: {
      ...first.living,
      counts,
      classes: first.classes,
      className: (partyid) => names.get(partyid) ?? String(partyid),
    },
    async *lines(which): AsyncGenerator<Line> {
      const reason = which === 'all' ? {} : { reason: which }
      const total = which === 'all' ? counts?.in_range : counts?.[which]
      for await (const { lines } of pages(reason, total)) yield* lines
    },
    async *households(): AsyncGenerator<Household> {
      for await (const { households } of pages({ kind: 'household' }, counts?.households_missing)) yield* households
    },
    notes:
      mirrored_at !== undefined && status < 2
        ? [`mirrored ${localTime(new Date(mirrored_at * 1000))}, and the lesson is not over: run "rollcall mirror" again`]
        : [],
  }
}
