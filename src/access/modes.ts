import type { Db } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { WireError } from '../wire/errcode.ts'
import { putSubscribeMode, setSyncMode, subscribeMode } from './store.ts'
import type { App } from './token.ts'

/** What a corp has set, and whom an app may address. Rollcall keeps the modes and acts on none: it has no tags and no follow page. */

/** Page 92345. */
export async function setArchSyncMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2, 3].includes(mode)) throw new WireError('bad_sync_mode', `arch_sync_mode: expected 1, 2 or 3, got ${mode}`)
  await db.batch([must(setSyncMode(corp_no, mode))])
  return {}
}

/** Page 92318. */
export async function setSubscribeMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2].includes(mode)) throw new WireError('bad_subscribe_mode', `subscribe_mode: expected 1 or 2, got ${mode}`)
  await db.batch([must(putSubscribeMode(corp_no, mode))])
  return {}
}

export async function readSubscribeMode(db: Db, corp_no: number) {
  const [corp] = await db.all<{ subscribe_mode: number }>(subscribeMode(corp_no))
  return { subscribe_mode: corp?.subscribe_mode ?? 1 }
}

/** Every app may address every parent of its school, so the scope is the root. Page 94895. */
export function allowScope(app: App, agentid: number) {
  if (agentid !== app.agentid) throw new WireError('another_agent', `agentid: expected ${app.agentid}, whose token this is, got ${agentid}`)
  return { allow_scope: { students: [], departments: { partyid: [1] } } }
}
