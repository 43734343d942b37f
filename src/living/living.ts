import type { App } from '../access/token.ts'
import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import type { DueSettings } from './due.ts'
import { settleFully } from './life.ts'
import { type Living, livingById } from './store.ts'

/**
 * The living of an app, as it stands now: one whose time is over is ended or expired before anybody reads it.
 *
 * @param now unix seconds
 * @throws 40058 where there is none, in the same words for an unknown one and for another corp's; 92008 where another app created it
 */
export async function livingOf(
  db: Db,
  app: Pick<App, 'corp_no' | 'agentid'>,
  livingid: string,
  now: number,
  settings: DueSettings,
): Promise<Living> {
  const living = await livingIn(db, app.corp_no, livingid, now, settings)
  if (!living) throw new WireError('bad_request', 'livingid: no such living')
  if (living.agentid !== app.agentid) throw new WireError('not_your_living', 'livingid: created by another app')
  return living
}

/** The living of a corp, whichever app created it, as it stands now; undefined where there is none. */
export const livingIn = (db: Db, corp_no: number, livingid: string, now: number, settings: DueSettings): Promise<Living | undefined> =>
  settleFully(db, corp_no, livingid, now, settings)

/** The living as it is stored: one whose time is over may not be ended yet. */
export async function loadLiving(db: Db, corp_no: number, livingid: string): Promise<Living | undefined> {
  const [living] = await db.all<Living>(livingById(corp_no, livingid))
  return living
}
