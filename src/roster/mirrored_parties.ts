import type { ContactChange } from '../events/tell.ts'
import { forgetParties, placeClasses } from '../register/range.ts'
import type { Db } from '../store/db.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { partyType, placed } from './parties.ts'
import { type AdminRow, adminsOf, deleteParty, dropAdmins, type PartyRow, partiesOf, putAdmin, putParties } from './store_parties.ts'

/** The departments as another host has them. Its word is taken as it is: no rule of ours refuses what it already holds. */
export type HostParty = Output<Table['departmentList']>['departments'][number]

/** Adds and changes what is not as the host has it; how many that were. */
export const mirrorParties = (db: Db, corp_no: number, host: readonly HostParty[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const before = await db.all<PartyRow>(partiesOf(corp_no))
    const known = new Map(before.map((party) => [party.party_id, party]))
    const wanted = host.map(rowOf)
    const changed = wanted.filter((party) => text(party) !== text(known.get(party.party_id)))
    const after = [...new Map([...before, ...wanted].map((party) => [party.party_id, party])).values()]
    const admins = Map.groupBy(await db.all<AdminRow>(adminsOf(corp_no)), (admin) => admin.party_id)
    const newAdmins = host.map(adminsIn).filter(({ party_id, heads }) => text(sorted(heads)) !== text(sorted(admins.get(party_id) ?? [])))
    const place = (parties: readonly PartyRow[]) =>
      new Map(parties.filter(({ type }) => type === partyType.class).map((party) => [party.party_id, placed(parties, party)]))
    const places = place(before)
    const moved = [...place(after).values()].filter((each) => text(each) !== text(places.get(each.class_id)))
    return {
      answer: new Set([...changed, ...newAdmins].map(({ party_id }) => party_id)).size,
      queries: [
        ...(changed.length ? [putParties(corp_no, changed)] : []),
        ...newAdmins.flatMap(({ party_id, heads }) => [dropAdmins(corp_no, party_id), ...heads.map((admin) => putAdmin(corp_no, admin))]),
        ...(moved.length ? placeClasses(corp_no, moved) : []),
      ],
      events: changed.map(
        ({ party_id }): ContactChange => ({
          ChangeType: known.has(party_id) ? 'update_department' : 'create_department',
          Id: String(party_id),
        }),
      ),
    }
  })

/** Takes away what the host has no longer, once nobody is in it; how many went. */
export const dropParties = (db: Db, corp_no: number, host: readonly HostParty[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const there = new Set(host.map(({ id }) => id))
    const gone = (await db.all<PartyRow>(partiesOf(corp_no))).map(({ party_id }) => party_id).filter((id) => id !== 1 && !there.has(id))
    return {
      answer: gone.length,
      queries: gone.length ? [...gone.flatMap((id) => deleteParty(corp_no, id)), ...forgetParties(corp_no, gone)] : [],
      events: gone.map((id) => ({ ChangeType: 'delete_department' as const, Id: String(id) })),
    }
  })

const rowOf = ({ id, parentid, type, name, register_year, standard_grade, order }: HostParty): PartyRow => ({
  party_id: id,
  parentid,
  type,
  name,
  register_year: register_year ?? null,
  standard_grade: standard_grade || null,
  ord: order ?? null,
})

const adminsIn = ({ id: party_id, department_admins }: HostParty) => ({
  party_id,
  heads: department_admins.map(({ userid, type = 0, subject = '' }): AdminRow => ({ party_id, userid, type, subject })),
})

const sorted = (heads: readonly AdminRow[]) =>
  heads.map(({ party_id, userid, type, subject }) => [party_id, userid, type, subject].join(' ')).sort()

/** Rows are the same where their texts are: both have their columns in one order. */
const text = (row: unknown) => JSON.stringify(row)
