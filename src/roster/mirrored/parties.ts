import type { ContactChange } from '../../events/tell.ts'
import { forgetParties, placeClasses } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import type { Output } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { partyType, placed, rootId } from '../party.ts'
import { type AdminRow, adminsOf, deleteParty, dropAdmins, type PartyRow, partiesOf, putAdmin, putParties } from '../store_parties.ts'

/** A department as the mirrored host lists it. It is not checked against the rules of the calls. */
export type HostParty = Output<Table['departmentList']>['departments'][number]

/** Writes the departments and administrators that are missing here or differ from the host's. Returns how many departments those were. */
export const mirrorParties = (db: Db, corp_no: number, host: readonly HostParty[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const before = await db.all<PartyRow>(partiesOf(corp_no))
    const knownById = new Map(before.map((party) => [party.party_id, party]))
    const wanted = host.map(rowOf)
    const changed = wanted.filter((party) => textOf(party) !== textOf(knownById.get(party.party_id)))
    const after = [...new Map([...before, ...wanted].map((party) => [party.party_id, party])).values()]
    const adminsByParty = Map.groupBy(await db.all<AdminRow>(adminsOf(corp_no)), (admin) => admin.party_id)
    const changedAdmins = host
      .map(adminsIn)
      .filter(({ party_id, admins }) => textOf(sorted(admins)) !== textOf(sorted(adminsByParty.get(party_id) ?? [])))
    const placesBefore = placesOf(before)
    const moved = [...placesOf(after).values()].filter((each) => textOf(each) !== textOf(placesBefore.get(each.class_id)))
    return {
      answer: new Set([...changed, ...changedAdmins].map(({ party_id }) => party_id)).size,
      queries: [
        ...(changed.length ? [putParties(corp_no, changed)] : []),
        ...changedAdmins.flatMap(({ party_id, admins }) => [
          dropAdmins(corp_no, party_id),
          ...admins.map((admin) => putAdmin(corp_no, admin)),
        ]),
        ...(moved.length ? placeClasses(corp_no, moved) : []),
      ],
      events: changed.map(
        ({ party_id }): ContactChange => ({
          ChangeType: knownById.has(party_id) ? 'update_department' : 'create_department',
          Id: String(party_id),
        }),
      ),
    }
  })

/** Deletes the departments that the host no longer has. Call it after `mirrorPeople`, when no student is in them. Returns how many. */
export const dropParties = (db: Db, corp_no: number, host: readonly HostParty[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const hostIds = new Set(host.map(({ id }) => id))
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const dropped = parties.map(({ party_id }) => party_id).filter((id) => id !== rootId && !hostIds.has(id))
    return {
      answer: dropped.length,
      queries: dropped.length ? [...dropped.flatMap((id) => deleteParty(corp_no, id)), ...forgetParties(corp_no, dropped)] : [],
      events: dropped.map((id) => ({ ChangeType: 'delete_department' as const, Id: String(id) })),
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
  admins: department_admins.map(({ userid, type = 0, subject = '' }): AdminRow => ({ party_id, userid, type, subject })),
})

/** Where each class stands in the tree, by class id. */
const placesOf = (parties: readonly PartyRow[]) => {
  const classes = parties.filter(({ type }) => type === partyType.class)
  return new Map(placed(parties, classes).map((each) => [each.class_id, each]))
}

const sorted = (admins: readonly AdminRow[]) =>
  admins.map(({ party_id, userid, type, subject }) => [party_id, userid, type, subject].join(' ')).sort()

/** Two rows are equal if their JSON is: both have their columns in the same order. */
const textOf = (row: unknown) => JSON.stringify(row)
