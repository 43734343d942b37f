import type { Db } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { corpSetting, putCorpSetting } from './store.ts'
import type { App } from './token.ts'

/** The modes of a corp, which Rollcall stores and answers but does not act on: it has no contact tags and no page to follow the notices. */

/** `school/set_arch_sync_mode` (WeCom page 92345). Throws 65005 for another mode than 1, 2 and 3. */
export async function setArchSyncMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2, 3].includes(mode)) throw new WireError('bad_sync_mode', `arch_sync_mode: expected 1, 2 or 3, got ${mode}`)
  await db.batch([putCorpSetting(corp_no, 'arch_sync_mode', String(mode))])
  return {}
}

/** `externalcontact/set_subscribe_mode` (WeCom page 92318). Throws 65001 for another mode than 1 and 2. */
export async function setSubscribeMode(db: Db, corp_no: number, mode: number) {
  if (![1, 2].includes(mode)) throw new WireError('bad_subscribe_mode', `subscribe_mode: expected 1 or 2, got ${mode}`)
  await db.batch([putCorpSetting(corp_no, 'subscribe_mode', String(mode))])
  return {}
}

/** `externalcontact/get_subscribe_mode` (WeCom page 92318). 1 until it is set. */
export async function readSubscribeMode(db: Db, corp_no: number) {
  const [setting] = await db.all<{ value: string }>(corpSetting(corp_no, 'subscribe_mode'))
  return { subscribe_mode: Number(setting?.value ?? 1) }
}

/** China has had one time zone without daylight saving time since 1991. */
const chinaOffsetMs = 8 * 3600 * 1000

/**
 * `school/set_upgrade_info` (WeCom page 92949): the day on which grades are promoted every year.
 *
 * @param upgrade_time unix seconds, of which only month and day count, in China time; the 1st of January until it is set
 * @param upgrade_switch 1 is on, anything else off; what is absent stays as it was
 * @returns the next such midnight after `now`, in unix seconds
 */
export async function setUpgradeInfo(
  db: Db,
  corp_no: number,
  { upgrade_time, upgrade_switch }: { upgrade_time?: number; upgrade_switch?: number },
  now: number,
) {
  await db.batch([
    ...(upgrade_time === undefined ? [] : [putCorpSetting(corp_no, 'upgrade_time', String(upgrade_time))]),
    ...(upgrade_switch === undefined ? [] : [putCorpSetting(corp_no, 'upgrade_switch', String(Number(upgrade_switch === 1)))]),
  ])
  const [setting] = await db.all<{ value: string }>(corpSetting(corp_no, 'upgrade_time'))
  return { next_upgrade_time: nextAnniversary(Number(setting?.value ?? 0), now) }
}

/** The next midnight in China, after `now`, of the month and day of a time; of the 29th of February, where there is none, the 1st of March. */
function nextAnniversary(time: number, now: number): number {
  const inChina = (seconds: number) => new Date(seconds * 1000 + chinaOffsetMs)
  const [day, today] = [inChina(time), inChina(now)]
  const midnight = (year: number) => (Date.UTC(year, day.getUTCMonth(), day.getUTCDate()) - chinaOffsetMs) / 1000
  const thisYear = midnight(today.getUTCFullYear())
  return thisYear > now ? thisYear : midnight(today.getUTCFullYear() + 1)
}

/** `school/agent/get_allow_scope` (WeCom page 94895). An app may address every parent of its school, so its scope is the root party. Throws 301002 for another app's agentid. */
export function allowScope(app: App, agentid: number) {
  if (agentid !== app.agentid) throw new WireError('another_agent', `agentid: expected ${app.agentid}, whose token this is, got ${agentid}`)
  return { allow_scope: { students: { userid: [] }, departments: { partyid: [1] } } }
}
