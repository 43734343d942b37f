import type { Client } from '../../client/client.ts'
import { timeFormatter } from '../../sheets/time_formatter.ts'
import type { Household, Line, ReadOptions, Register } from './living.ts'

/**
 * Returns the register of a living as Rollcall's own call `report` gives it: with names, reasons and counts that add up.
 * Throws a `NoAnswerError` with status 404 if the server has no such call.
 */
export async function fromReport(client: Client, { livingid, minPercent, signal, onProgress }: ReadOptions): Promise<Register> {
  const input = { livingid, ...(minPercent !== undefined && { min_percent: minPercent }) }
  const head = await client.ours.report({ ...input, limit: 1 }, { signal })
  const namesByPartyid = new Map(head.classes?.map(({ partyid, name }) => [partyid, name]))
  const { counts } = head
  const { mirrored_at, status } = head.living

  async function* pages(filter: { reason?: string; kind?: string }, total: number | undefined) {
    let done = 0
    for (let cursor = '0', has_more = 1; has_more === 1; ) {
      const page = await client.ours.report({ ...input, ...filter, cursor, limit: 5000 }, { signal })
      done += page.lines.length + page.households.length
      onProgress(done, total, livingid)
      yield page
      has_more = page.has_more
      cursor = page.next_cursor
    }
  }

  return {
    living: {
      ...head.living,
      counts,
      classes: head.classes,
      className: (partyid) => namesByPartyid.get(partyid) ?? String(partyid),
    },
    async *lines(which): AsyncGenerator<Line> {
      const filter = which === 'all' ? {} : { reason: which }
      const total = which === 'all' ? counts?.in_range : counts?.[which]
      for await (const { lines } of pages(filter, total)) yield* lines
    },
    async *households(): AsyncGenerator<Household> {
      for await (const { households } of pages({ kind: 'household' }, counts?.households_missing)) yield* households
    },
    notes:
      mirrored_at !== undefined && status < 2
        ? [`mirrored ${timeFormatter()(new Date(mirrored_at * 1000))}, and the lesson is not over: run "rollcall mirror" again`]
        : [],
  }
}
