import { inTurns } from '../event_loop.ts'
import { cleanIdentity, taggedStayId, visitorOf } from '../identity/identity.ts'
import type { IdentityStay } from '../identity/report.ts'
import type { Db } from '../store/db.ts'
import { storedAmong } from './store.ts'

/**
 * How many of these stays a register does not have yet, or has with other times or of other people.
 *
 * @param viewersOf returns the viewers whom a stay is of; none for a visitor's
 */
export async function unknownStays(
  db: Db,
  living: { readonly corp_no: number; readonly living_no: number },
  stays: readonly IdentityStay[],
  viewersOf: (stay: IdentityStay) => readonly number[],
): Promise<number> {
  let unknown = 0
  for await (const some of inTurns(stays)) {
    const expected = some.map(cleanIdentity).flatMap((stay) => {
      const viewer_nos = viewersOf(stay)
      const stay_id = taggedStayId(visitorOf(stay), stay.stay_id)
      return (viewer_nos.length ? viewer_nos : [visitorOf(stay)]).map(
        (viewer_no) => [viewer_no, stay_id, stay.enter_time, stay.leave_time] as const,
      )
    })
    const [row] = await db.all<{ stored: number }>(storedAmong(living, expected))
    unknown += expected.length - (row?.stored ?? 0)
  }
  return unknown
}
