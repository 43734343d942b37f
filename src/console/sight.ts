import type { Seen } from '../living/lists.ts'
import { branch, partyType } from '../roster/party.ts'
import { type AdminRow, adminsOf, type PartyRow, partiesOf } from '../roster/store_parties.ts'
import type { Db } from '../store/db.ts'
import { classesHeld } from './accounts.ts'
import type { AccountRow } from './store.ts'

/** What an account may see: an administrator the school, a teacher the lessons they anchor and the classes they hold. */
export type Sight = {
  readonly corp_no: number
  readonly everything: boolean
  readonly anchor_key: string
  /** held classes; of an administrator every class */
  readonly classes: ReadonlySet<number>
  readonly names: ReadonlyMap<number, string>
}

/** Classes are held by the account's own list, and by every department whose administrators name the userid: all classes below it. */
export async function sightOf(db: Db, account: AccountRow): Promise<Sight> {
  const { corp_no } = account
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const names = new Map(parties.map((party) => [party.party_id, party.name]))
  const every = parties.filter((party) => party.type === partyType.class).map((party) => party.party_id)
  const anchor_key = account.userid.toLowerCase()
  if (account.role === 'administrator') return { corp_no, everything: true, anchor_key, classes: new Set(every), names }
  const headed = anchor_key
    ? (await db.all<AdminRow>(adminsOf(corp_no)))
        .filter((admin) => admin.userid.toLowerCase() === anchor_key)
        .map((admin) => admin.party_id)
    : []
  const held = [...headed, ...classesHeld(account)].flatMap((party_id) => branch(parties, party_id) ?? [])
  const classes = new Set(held.filter((party) => party.type === partyType.class).map((party) => party.party_id))
  return { corp_no, everything: false, anchor_key, classes, names }
}

/** Which livings are listed. */
export const seenBy = (sight: Sight): Seen =>
  sight.everything ? undefined : { anchor_key: sight.anchor_key || '\n', party_ids: [...sight.classes] }

/** Of which classes lines of a living are shown: all of what one anchors (undefined), else those one holds. */
export function scopeOf(sight: Sight, living: { anchor_userid: string }): ReadonlySet<number> | undefined {
  if (sight.everything || (sight.anchor_key && living.anchor_userid.toLowerCase() === sight.anchor_key)) return undefined
  return sight.classes
}
