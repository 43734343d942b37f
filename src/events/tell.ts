import { readingContacts } from '../access/grants.ts'
import type { Query } from '../store/sql.ts'
import { insertEvents, takeNumbers, toApp, toHolders, toThirdPartyApp } from './store.ts'

/**
 * Statements that queue events, for the batch of the change they report: an event exists exactly when its change does. They touch `corp`
 * first, as every batch does that takes a number, so that batches do not deadlock. Where no app has a callback they write nothing.
 */

/** The state of an expired living, of which WeCom sends an event to third-party apps (WeCom page 94308) and to no others (94145). */
const expired = 3

/** Queues the event of a living's new state, for the app that created it. */
export function tellLiving(
  living: { corp_no: number; livingid: string; agentid: number; anchor_userid: string },
  status: number,
  now: number,
): Query[] {
  const { corp_no, livingid, agentid, anchor_userid } = living
  const fields = JSON.stringify({ LivingId: livingid, Status: status })
  const audience = status === expired ? toThirdPartyApp(agentid) : toApp(agentid)
  return [
    takeNumbers(corp_no, 1),
    insertEvents(corp_no, [{ event: 'living_status_change', from_userid: anchor_userid, fields }], audience, now),
  ]
}

/** A change of the contacts (WeCom pages 92032 and 92052). `NewId` where an id was changed: WeCom sends it to third-party apps alone, Rollcall to all. */
export type ContactChange = {
  readonly ChangeType: `${'create' | 'update' | 'delete'}_${'student' | 'parent' | 'department'}` | 'subscribe' | 'unsubscribe'
  readonly Id: string
  readonly NewId?: string
}

/** Queues the events of contact changes, for the apps that may read the contacts. */
export function tellContacts(corp_no: number, changes: readonly ContactChange[], now: number): Query[] {
  // a change that occurs twice in one batch is reported once
  const events = [...new Set(changes.map((change) => JSON.stringify(change)))].map((fields) => ({
    event: 'change_school_contact',
    from_userid: 'sys',
    fields,
  }))
  if (events.length === 0) return []
  return [takeNumbers(corp_no, events.length), insertEvents(corp_no, events, toHolders(readingContacts), now)]
}

/** The change of a person or department, whose id may have changed from `before` to `Id`. */
export const updated = (ChangeType: ContactChange['ChangeType'], before: string | undefined, Id: string): ContactChange =>
  before === undefined || before === Id ? { ChangeType, Id } : { ChangeType, Id: before, NewId: Id }
