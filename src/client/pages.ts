import type { Client } from './client.ts'

/** A student who has not watched, or a parent who has not on behalf of one child. */
export type Unwatched = { kind: 'student' | 'parent'; student_userid: string; parent_userid?: string; partyids: number[] }

/** Only `has_more` ends it: a page may be short or empty and more follow (page 95795). */
export async function* unwatched(client: Client, livingid: string, options: { signal?: AbortSignal } = {}): AsyncGenerator<Unwatched> {
  let next_cursor = '0'
  for (;;) {
    const page = await client.getUnwatchStatV2({ livingid, next_cursor }, options)
    for (const student of page.stat_info.students) yield { kind: 'student', ...student }
    for (const parent of page.stat_info.parents) yield { kind: 'parent', ...parent }
    if (page.has_more !== 1) return
    next_cursor = page.next_cursor
  }
}
