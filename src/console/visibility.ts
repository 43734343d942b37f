import type { Seen } from '../living/lists.ts'
import { branch, partyType } from '../roster/party.ts'
import { type AdminRow, adminsOf, type PartyRow, partiesOf } from '../roster/store_parties.ts'
import type { Db } from '../store/db.ts'
import { heldPartyIds } from './accounts.ts'
import type { AccountRow } from './store.ts'

/** What an account may see: an administrator the whole school, a teacher the livings they anchor and the classes they hold. */
export type Visibility = {
  readonly corp_no: number
  readonly isWholeSchool: boolean
  /** the account's staff userid in lower case; '' without one */
  readonly anchor_key: string
  /** party ids of the classes the account holds; for an administrator, of every class */
  readonly classes: ReadonlySet<number>
  /** the name of every party of the school, by party id */
  readonly partyNames: ReadonlyMap<number, string>
}

/**
 * Reads what an account may see. A teacher holds the classes listed in the account, and those of parties that name the teacher's userid as
 * an administrator. To hold a party is to hold every class below it.
 */
export async function visibilityOf(db: Db, account: AccountRow): Promise<Visibility> {
  const { corp_no } = account
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const partyNames = new Map(parties.map((party) => [party.party_id, party.name]))
  const allClasses = parties.filter((party) => party.type === partyType.class).map((party) => party.party_id)
  const anchor_key = account.userid.toLowerCase()
  if (account.role === 'administrator') return { corp_no, isWholeSchool: true, anchor_key, classes: new Set(allClasses), partyNames }
  const administered = anchor_key
    ? (await db.all<AdminRow>(adminsOf(corp_no)))
        .filter((admin) => admin.userid.toLowerCase() === anchor_key)
        .map((admin) => admin.party_id)
    : []
  const held = [...administered, ...heldPartyIds(account)].flatMap((party_id) => branch(parties, party_id) ?? [])
  const classes = new Set(held.filter((party) => party.type === partyType.class).map((party) => party.party_id))
  return { corp_no, isWholeSchool: false, anchor_key, classes, partyNames }
}

/** The filter for lists of livings. Without a userid, '\n' stands for a key that no living has. */
export const livingFilterOf = (visibility: Visibility): Seen =>
  visibility.isWholeSchool ? undefined : { anchor_key: visibility.anchor_key || '\n', party_ids: [...visibility.classes] }

/**
 * The party ids of the classes whose lines of a living an account may see: all (undefined) for an administrator and for the living's
 * anchor, else the classes the account holds.
 */
export function visibleClassesOf(visibility: Visibility, living: { anchor_userid: string }): ReadonlySet<number> | undefined {
  if (visibility.isWholeSchool || (visibility.anchor_key && living.anchor_userid.toLowerCase() === visibility.anchor_key)) return undefined
  return visibility.classes
}
