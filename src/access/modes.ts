import type { Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { WireError } from '../wire/errcode.ts'
import { putSubscribeMode, setSyncMode, subscribeMode } from './store.ts'
import type { App } from './token.ts'

/** The modes of a corp, which Rollcall stores and answers but does not act on: it has no contact tags and no page to follow the notices. */

/** `school/set_arch_sync_mode` (WeCom page 92345). Throws 65005 for another mode than 1, 2 and 3. */
export async function setArchSyncMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2, 3].includes(mode)) throw new WireError('bad_sync_mode', `arch_sync_mode: expected 1, 2 or 3, got ${mode}`)
  await db.batch([must(setSyncMode(corp_no, mode))])
  return {}
}

/** `externalcontact/set_subscribe_mode` (WeCom page 92318). Throws 65001 for another mode than 1 and 2. */
export async function setSubscribeMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2].includes(mode)) throw new WireError('bad_subscribe_mode', `subscribe_mode: expected 1 or 2, got ${mode}`)
  await db.batch([must(putSubscribeMode(corp_no, mode))])
  return {}
}

/** `externalcontact/get_subscribe_mode` (WeCom page 92318). */
export async function readSubscribeMode(db: Db, corp_no: number) {
  const [corp] = await db.all<{ subscribe_mode: number }>(subscribeMode(corp_no))
  return { subscribe_mode: corp?.subscribe_mode ?? 1 }
}

/** `school/agent/get_allow_scope` (WeCom page 94895). An app may address every parent of its school, so its scope is the root party. Throws 301002 for another app's agentid. */
export function allowScope(app: App, agentid: number) {
  if (agentid !== app.agentid) throw new WireError('another_agent', `agentid: expected ${app.agentid}, whose token this is, got ${agentid}`)
  return { allow_scope: { students: [], departments: { partyid: [1] } } }
}
