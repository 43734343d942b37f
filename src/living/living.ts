import type { App } from '../access/token.ts'
import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { settle } from './life.ts'
import { type Living, livingById } from './store.ts'

/**
 * The living of an app, as it stands now: one whose time is over is ended or expired before anybody reads it.
 *
 * @param now unix seconds
 * @param endGrace seconds after the planned end
 * @throws 40058 where there is none, in the same words for an unknown one and for another corp's; 92008 where another app created it
 */
export async function livingOf(
  db: Db,
  app: Pick<App, 'corp_no' | 'agentid'>,
  livingid: string,
  now: number,
  endGrace: number,
): Promise<Living> {
  const living = await livingIn(db, app.corp_no, livingid, now, endGrace)
  if (!living) throw new WireError('bad_request', 'livingid: no such living')
  if (living.agentid !== app.agentid) throw new WireError('not_your_living', 'livingid: created by another app')
  return living
}

/** The living of a corp, whichever app created it, as it stands now; undefined where there is none. */
export async function livingIn(db: Db, corp_no: number, livingid: string, now: number, endGrace: number): Promise<Living | undefined> {
  const living = await loadLiving(db, corp_no, livingid)
  if (!living || !(await settle(db, living, now, endGrace))) return living
  return (await loadLiving(db, corp_no, livingid)) ?? living
}

/** The living as it is stored: one whose time is over may not be ended yet. */
export async function loadLiving(db: Db, corp_no: number, livingid: string): Promise<Living | undefined> {
  const [living] = await db.all<Living>(livingById(corp_no, livingid))
  return living
}
