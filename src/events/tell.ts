import { readingContacts } from '../access/grants.ts'
import type { Query } from '../store/sql.ts'
import { insertEvents, takeNumbers, toApp, toHolders } from './store.ts'

/**
 * Statements that join the batch of a change, so that an event is there exactly when the change is. They touch `corp` first,
 * as every batch does that numbers something; where no app has a callback they touch nothing.
 */

/** Page 94145: reserved, live, ended, cancelled; the self-built page says that expiry is not told. */
const toldOf = [0, 1, 2, 4]

export function tellLiving(
  living: { corp_no: number; livingid: string; agentid: number; anchor_userid: string },
  status: number,
  now: number,
): Query[] {
  if (!toldOf.includes(status)) return []
  const { corp_no, livingid, agentid, anchor_userid } = living
  const fields = JSON.stringify({ LivingId: livingid, Status: status })
  return [
    takeNumbers(corp_no, 1),
    insertEvents(corp_no, [{ event: 'living_status_change', from_userid: anchor_userid, fields }], toApp(agentid), now),
  ]
}

/** Pages 92032, 92052. `NewId` where an id was changed: WeCom has it for third-party apps alone, ours for all. */
export type ContactChange = {
  readonly ChangeType: `${'create' | 'update' | 'delete'}_${'student' | 'parent' | 'department'}` | 'subscribe' | 'unsubscribe'
  readonly Id: string
  readonly NewId?: string
}

export function tellContacts(corp_no: number, changes: readonly ContactChange[], now: number): Query[] {
  // the same said twice of one batch is said once
  const events = [...new Set(changes.map((change) => JSON.stringify(change)))].map((fields) => ({
    event: 'change_school_contact',
    from_userid: 'sys',
    fields,
  }))
  if (events.length === 0) return []
  return [takeNumbers(corp_no, events.length), insertEvents(corp_no, events, toHolders(readingContacts), now)]
}

/** A person or a department that was changed, and may have been given another id. */
export const updated = (ChangeType: ContactChange['ChangeType'], before: string | undefined, Id: string): ContactChange =>
  before === undefined || before === Id ? { ChangeType, Id } : { ChangeType, Id: before, NewId: Id }
