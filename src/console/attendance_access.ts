import { isSeenIn } from '../identity/seen.ts'
import type { Range } from '../identity/store_people.ts'
import { classesOf, state } from '../living/store.ts'
import { type LivingView, livingViewOf } from './living_view.ts'
import { PageError, type SignedInRequest } from './page_request.ts'

/**
 * Whether an account may import attendance into a living, and match the people in it: an administrator, the living's anchor, and a teacher who holds
 * every class of it. Not into one that is mirrored from another host, or was cancelled.
 */
export async function mayImportInto({ serving }: SignedInRequest, { living, visibleClasses }: LivingView): Promise<boolean> {
  if (living.mirrored_at !== null || living.state === state.cancelled) return false
  if (!visibleClasses) return true
  const classes = await serving.db.all<{ party_id: number }>(classesOf(living.corp_no, living.living_no))
  return classes.every(({ party_id }) => visibleClasses.has(party_id))
}

/** The living of a request that may import into it. Throws what `livingViewOf` throws, and a PageError 403. */
export async function livingToImportInto(request: SignedInRequest): Promise<LivingView> {
  const livingView = await livingViewOf(request)
  if (!(await mayImportInto(request, livingView))) throw new PageError(403)
  return livingView
}

/** The range of a living, in which names are sought. */
export const rangeOf = ({ living: { corp_no, living_no } }: LivingView): Range => ({ corp_no, living_no })

/** Whether an account may say that somebody is this viewer: an administrator of any viewer, a teacher of those on the register of the living. */
export function mayChooseIn({ visibility }: SignedInRequest, { roll }: LivingView): (viewer_no: number) => boolean {
  if (visibility.isWholeSchool) return () => true
  const viewers = new Set(roll.viewer_nos)
  return (viewer_no) => viewers.has(viewer_no)
}

/** Throws a PageError 404 unless an identity has watched the living, as a visitor or as a viewer. */
export async function checkIsSeenIn({ serving }: SignedInRequest, { living }: LivingView, source: string, identity: string): Promise<void> {
  const seen = await isSeenIn(serving.db, living, { source, identity })
  if (!seen) throw new PageError(404)
}
