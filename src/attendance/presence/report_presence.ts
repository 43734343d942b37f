import { nextTurn } from '../../event_loop.ts'
import type { Living } from '../../living/store.ts'
import { isLaterNickname } from '../../register/entry.ts'
import type { Stay } from '../../register/stays.ts'
import { type Person, userids, type ViewerLookup } from '../../roster/viewers.ts'
import type { Output } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { type ReportedStay, stayOf, visitorNumber } from './stays.ts'
import { checkPresence, type PresenceContext, takeStays } from './take.ts'

/**
 * `POST /v1/livings/{livingid}/presence`: takes stays that name people by userid.
 *
 * @returns how many stays were taken, how many of them are visitors', and who is not on the roster; stays of those are not taken
 * @throws what `checkPresence` and `takeStays` throw
 */
export async function reportPresence(
  { viewers, ...context }: PresenceContext & { readonly viewers: ViewerLookup },
  living: Living,
  reported: readonly ReportedStay[],
  now: number,
  source = 'api',
): Promise<Output<Table['presence']>> {
  checkPresence(living, reported, now)
  if (reported.length > 250) await nextTurn()
  const people = reported.filter((stay) => 'student_userid' in stay)
  const found = await viewers(context.db, living.corp_no, people)

  const stays: Stay[] = []
  const unknown: Person[] = []
  const inactive = new Map<number, Person>()
  for (const [index, stay] of people.entries()) {
    const viewer = found[index]
    if (!viewer) unknown.push(stay)
    else {
      if (!viewer.isActive) inactive.set(viewer.viewer_no, stay)
      stays.push(stayOf(viewer.viewer_no, stay))
    }
  }
  const nicknames = new Map<number, string>()
  for (const stay of reported) {
    if (!('visitor_id' in stay)) continue
    const viewer_no = visitorNumber(stay.visitor_id)
    const nickname = nicknames.get(viewer_no)
    if (nickname === undefined || isLaterNickname(stay.nickname, nickname)) nicknames.set(viewer_no, stay.nickname)
    stays.push(stayOf(viewer_no, stay))
  }

  const { taken, refused } = await takeStays(context, living, { stays, nicknames, inactive: new Set(inactive.keys()), source }, now)
  return {
    accepted: taken,
    visitors: reported.length - people.length,
    unknown: userids([...unknown, ...refused.map((viewer_no) => inactive.get(viewer_no) as Person)]),
  }
}
