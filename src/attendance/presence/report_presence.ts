import { nextTurn } from '../../event_loop.ts'
import type { Living } from '../../living/store.ts'
import { isLaterNickname } from '../../register/entry.ts'
import { type ChildRow, childrenOnRegister, type Stay } from '../../register/stays.ts'
import { userids, type ViewerLookup } from '../../roster/viewers.ts'
import type { Input, Output } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { type ReportedStay, sortedOut, stayOf, visitorNumber } from './stays.ts'
import { checkPresence, type PresenceContext, takeStays } from './take.ts'

type Context = PresenceContext & { readonly viewers: ViewerLookup }
type Asked = Pick<Input<Table['presence']>, 'stays' | 'partial'>

/**
 * `POST /v1/livings/{livingid}/presence`: takes stays that name people by userid.
 *
 * @returns how many of the reported stays were taken, how many of those are visitors', who is not on the roster, whose stays are not taken,
 *   and with `partial` the stays that were refused
 * @throws what `checkPresence` and `takeStays` throw
 */
export async function reportPresence(
  context: Context,
  living: Living,
  { stays: all, partial }: Asked,
  now: number,
  source = 'api',
): Promise<Output<Table['presence']>> {
  const isPartial = Number(partial ?? 0) === 1
  const { good: reported, refused } = isPartial ? sortedOut(all, now) : { good: all, refused: [] }
  checkPresence(living, reported, now)
  if (reported.length > 250) await nextTurn()
  const { stays, unknown, inactive } = await resolved(context, living, reported)
  const visitors = visitorsIn(reported)
  const presence = { stays: [...stays, ...visitors.stays], nicknames: visitors.nicknames, inactive: new Set(inactive.keys()), source }

  const { refused: gone } = await takeStays(context, living, presence, now)
  const notTaken = [...unknown, ...gone.flatMap((viewer_no) => inactive.get(viewer_no) ?? [])]
  return {
    accepted: reported.length - new Set(notTaken).size,
    visitors: visitors.stays.length,
    unknown: [...userids(notTaken.filter((stay) => 'student_userid' in stay)), ...parentsAlone(notTaken)],
    ...(isPartial && { refused }),
  }
}

/** The stays of people on the roster by viewer number, and who is not there. A parent alone stands for each child on the register. */
async function resolved({ db, viewers }: Context, living: Living, reported: readonly ReportedStay[]) {
  const people = reported.filter((stay) => 'student_userid' in stay)
  const parents = reported.filter(isOfParentAlone)
  const found = await viewers(db, living.corp_no, people)
  const keys = [...new Set(parents.map(({ parent_userid }) => parent_userid.toLowerCase()))]
  const rows = keys.length ? await db.all<ChildRow>(childrenOnRegister(living, keys)) : []
  const childrenByParent = Map.groupBy(rows, ({ parent_key }) => parent_key)

  const stays: Stay[] = []
  const unknown: ReportedStay[] = []
  /** the stays reported of viewers who are on the roster no longer */
  const inactive = new Map<number, ReportedStay[]>()
  const take = (stay: ReportedStay, viewer_no: number, isActive: boolean) => {
    if (!isActive) inactive.set(viewer_no, [...(inactive.get(viewer_no) ?? []), stay])
    stays.push(stayOf(viewer_no, stay))
  }
  for (const [index, stay] of people.entries()) {
    const viewer = found[index]
    if (viewer) take(stay, viewer.viewer_no, viewer.isActive)
    else unknown.push(stay)
  }
  for (const stay of parents) {
    const children = childrenByParent.get(stay.parent_userid.toLowerCase()) ?? []
    if (children.length === 0) unknown.push(stay)
    for (const { viewer_no } of children) take(stay, viewer_no, true)
  }
  return { stays, unknown, inactive }
}

type ParentStay = Extract<ReportedStay, { parent_userid: string }>
const isOfParentAlone = (stay: ReportedStay): stay is ParentStay => !('student_userid' in stay) && 'parent_userid' in stay

/** The parents reported without a child, without repetition. */
const parentsAlone = (stays: readonly ReportedStay[]) =>
  [...new Set(stays.filter(isOfParentAlone).map(({ parent_userid }) => parent_userid))].map((parent_userid) => ({ parent_userid }))

/** The stays of visitors, and of each visitor the nickname that sorts last, so that the order of a report does not matter. */
function visitorsIn(reported: readonly ReportedStay[]) {
  const stays: Stay[] = []
  const nicknames = new Map<number, string>()
  for (const stay of reported) {
    if (!('visitor_id' in stay)) continue
    const viewer_no = visitorNumber(stay.visitor_id)
    const nickname = nicknames.get(viewer_no)
    if (nickname === undefined || isLaterNickname(stay.nickname, nickname)) nicknames.set(viewer_no, stay.nickname)
    stays.push(stayOf(viewer_no, stay))
  }
  return { stays, nicknames }
}
