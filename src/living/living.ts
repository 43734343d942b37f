import type { App } from '../access/token.ts'
import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { settle } from './life.ts'
import { type Living, livingById } from './store.ts'

/**
 * The living this app may see, as it stands now: one whose time is over has ended or expired before anybody reads it.
 * Unknown and another corp's answer alike, word for word (40058); another app's is 92008.
 */
export async function livingOf(
  db: Db,
  app: Pick<App, 'corp_no' | 'agentid'>,
  livingid: string,
  now: number,
  endGrace: number,
): Promise<Living> {
  const living = await load(db, app.corp_no, livingid)
  if (!living) throw new WireError('bad_request', 'livingid: no such living')
  if (living.agentid !== app.agentid) throw new WireError('not_your_living', 'livingid: created by another app')
  const settled = await settle(db, living, now, endGrace)
  return settled ? ((await load(db, app.corp_no, livingid)) ?? living) : living
}

export async function load(db: Db, corp_no: number, livingid: string): Promise<Living | undefined> {
  const [living] = await db.all<Living>(livingById(corp_no, livingid))
  return living
}
