import type { Db } from '../store/db.ts'
import { cleanIdentity, type Identity, stayTag, visitorOf } from './identity.ts'
import { seenIn } from './store.ts'

/** Whether an identity has watched a living, as a visitor or as a viewer. */
export async function isSeenIn(
  db: Db,
  living: { readonly corp_no: number; readonly living_no: number },
  someone: Pick<Identity, 'source' | 'identity'>,
): Promise<boolean> {
  const visitor_no = visitorOf(cleanIdentity({ ...someone, name: '' }))
  return (await db.all(seenIn(living, visitor_no, stayTag(visitor_no)))).length > 0
}
