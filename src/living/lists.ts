import type { Db } from '../store/db.ts'
import type { Living } from './store.ts'
import { livingsBegunBetween, livingsLive, type Seen } from './store_lists.ts'

export type { Seen } from './store_lists.ts'

/**
 * Livings that begin, or are planned to begin, in [from, to), newest first.
 *
 * @param from unix seconds, as `to`
 * @param limit how many at most
 * @param party_id held for this class
 */
export const livingsBetween = (
  db: Db,
  corp_no: number,
  seen: Seen,
  { from, to, limit, party_id }: { from: number; to: number; limit: number; party_id?: number },
) => db.all<Living>(livingsBegunBetween(corp_no, seen, from, to, limit, party_id))

/** Livings that are live now, whenever they began, newest first; 50 at most. */
export const livingsRunning = (db: Db, corp_no: number, seen: Seen) => db.all<Living>(livingsLive(corp_no, seen, 50))
