import { checkPresence } from '../../attendance/presence/take.ts'
import { identify } from '../../identity/identify.ts'
import { cleanIdentity, taggedStayId, visitorOf } from '../../identity/identity.ts'
import { type IdentityStay, reportIdentified } from '../../identity/report.ts'
import { livingIn } from '../../living/living.ts'
import { type Living, lockEra } from '../../living/store.ts'
import { type Cut, cutStays, longerStays } from '../../register/stays.ts'
import { type Db, retryOnConflict } from '../../store/db.ts'
import { must } from '../../store/sql.ts'
import { WireError } from '../../wire/errcode.ts'
import { cutAndTickAgain, type HookContext } from '../sessions.ts'
import type { HookRow } from '../store.ts'
import { livingsOfStay } from './livings.ts'
import type { MeetingLiving } from './store.ts'
import type { MeetingStay } from './visits.ts'

/** Stays reported together at most. */
const mostStays = 500

/** Reports each stay to the livings it belongs to. A living that takes no presence, because it was cancelled meanwhile, is passed over. */
export async function reportStays(
  context: HookContext,
  hook: HookRow,
  livings: readonly MeetingLiving[],
  stays: readonly MeetingStay[],
  now: number,
): Promise<void> {
  const staysByLivingid = new Map<string, MeetingStay[]>()
  for (const stay of stays)
    for (const { livingid } of livingsOfStay(livings, stay.enter_time, stay.leave_time)) {
      const ofLiving = staysByLivingid.get(livingid)
      if (ofLiving) ofLiving.push(stay)
      else staysByLivingid.set(livingid, [stay])
    }
  for (const [livingid, all] of staysByLivingid)
    for (let from = 0; from < all.length; from += mostStays) {
      try {
        await reportTo(context, hook, livingid, all.slice(from, from + mostStays), now)
      } catch (error) {
        if (!(error instanceof WireError)) throw error
      }
    }
}

async function reportTo(context: HookContext, hook: HookRow, livingid: string, stays: readonly MeetingStay[], now: number): Promise<void> {
  const { db } = context
  const identified = stays.map((stay) => ({ ...stay, source: hook.kind }))
  const withLiving = (work: (living: Living) => Promise<unknown>) =>
    retryOnConflict(async () => {
      const living = await livingIn(db, hook.corp_no, livingid, now, context)
      if (living) await work(living)
    })
  await withLiving((living) => {
    checkPresence(living, identified, now)
    return reportIdentified(context, living, hook.kind, identified, now)
  })
  const over = identified.filter(({ isOver }) => isOver)
  if (over.length === 0) return
  await withLiving(async (living) => {
    const grown = await db.all<Cut>(longerStays(living, await cutsOf(db, living, over)))
    if (grown.length === 0) return
    const { start_time } = living
    // a stay that still reaches into the living leaves its tick as it is
    const isTicked = start_time !== null && grown.every(({ leave_time }) => leave_time > start_time)
    if (isTicked) await db.batch([must(lockEra(living)), cutStays(living, grown)])
    else await cutAndTickAgain(db, living, grown)
  })
}

/** The stays under their viewers or visitors, as they are stored. A stay that grew while its leave was on the way is cut to its end. */
async function cutsOf(db: Db, living: Living, stays: readonly IdentityStay[]): Promise<Cut[]> {
  const people = await identify(db, living, stays)
  return stays.flatMap((stay, index) => {
    const visitor_no = visitorOf(cleanIdentity(stay))
    const viewer_nos = people[index]?.viewer_nos ?? []
    const { leave_time } = stay
    return (viewer_nos.length ? viewer_nos : [visitor_no]).map((viewer_no) => ({
      viewer_no,
      stay_id: taggedStayId(visitor_no, stay.stay_id),
      leave_time,
    }))
  })
}
