import type { Db } from '../../store/db.ts'
import type { Output } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { branch, partyType } from '../party.ts'
import { type AdminRow, adminsOf, type PartyRow, partiesOf } from '../store_parties.ts'

/** Returns all departments, or those of one branch with its top. Throws `no_department`. WeCom page 92343. */
export async function listParties(db: Db, corp_no: number, id?: number): Promise<Output<Table['departmentList']>> {
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const wanted = id === undefined ? parties : branch(parties, id)
  if (!wanted) throw new WireError('no_department', `id: no department ${id}`)
  const adminsByParty = Map.groupBy(await db.all<AdminRow>(adminsOf(corp_no)), (admin) => admin.party_id)
  return { departments: wanted.map((party) => shownParty(party, adminsByParty.get(party.party_id) ?? [])) }
}

const shownParty = (party: PartyRow, admins: readonly AdminRow[]) => ({
  id: party.party_id,
  type: party.type,
  name: party.name,
  parentid: party.parentid,
  ...(party.register_year !== null && { register_year: party.register_year }),
  ...(party.standard_grade !== null && { standard_grade: party.standard_grade }),
  ...(party.ord !== null && { order: party.ord }),
  ...(party.type === partyType.grade && { is_graduated: 0 }),
  ...(party.type === partyType.class && { open_group_chat: 0 }),
  department_admins: admins.map(({ userid, type, subject }) => ({ userid, type, ...(subject && { subject }) })),
})
