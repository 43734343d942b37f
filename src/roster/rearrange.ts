import { updated } from '../events/tell.ts'
import { forgetParties, placeClasses, renumberRange } from '../register/range.ts'
import type { Db } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { follow } from './follow.ts'
import { gradeName } from './grades.ts'
import { branch, checkedAdmin, checkedName, checkPlace, gradeOf, partyType, placed, standardName, takenIds } from './parties.ts'
import { anyMember, deleteParty, dropAdmin, type PartyRow, partiesOf, putAdmin, putMoves, setParty } from './store_parties.ts'

const root = 1

type ChangedParty = Input<Table['departmentUpdate']>

/** Changes a department, page 92341. What a new place or id means for its pupils' lines follows in steps, before this answers. */
export async function updateParty(db: Db, corp_no: number, asked: ChangedParty, now: number) {
  await follow(db, corp_no, now)
  await changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const old = parties.find((party) => party.party_id === asked.id)
    if (!old) throw new WireError('no_department', `id: no department ${asked.id}`)
    const { new_id = old.party_id, parentid = old.parentid } = asked
    if (old.party_id === root && (new_id !== root || parentid !== old.parentid))
      throw new WireError('root_department', 'id: the root keeps its id and has no parent')
    if (parentid !== old.parentid) checkMove(parties, old, parentid)
    if (new_id !== old.party_id && (await takenIds(db, corp_no, parties)).has(new_id))
      throw new WireError('department_exists', `new_id: ${new_id} is taken`)
    const party: PartyRow = {
      ...old,
      party_id: new_id,
      parentid,
      ...gradeOf(old.type, asked, now, old),
      name: nameOf(old, asked),
      ord: asked.order ?? old.ord,
    }
    const admins = (asked.department_admins ?? []).map((admin) =>
      admin.op === 1 ? dropAdmin(corp_no, new_id, admin.userid, admin.type) : putAdmin(corp_no, checkedAdmin(party, admin)),
    )
    return {
      answer: {},
      queries: [...setParty(corp_no, old.party_id, party), ...admins, ...ranges(corp_no, parties, old, party)],
      events: [updated('update_department', String(old.party_id), String(party.party_id))],
    }
  })
  await follow(db, corp_no, now)
  return {}
}

function checkMove(parties: readonly PartyRow[], party: PartyRow, parentid: number): void {
  const above = parties.find((each) => each.party_id === parentid)
  if (!above) throw new WireError('no_parent_department', `parentid: no department ${parentid}`)
  if (branch(parties, party.party_id)?.includes(above))
    throw new WireError('department_cycle', `parentid: ${parentid} stands under ${party.party_id} itself`)
  checkPlace(party.type, above)
}

/** A name that is not given stays, or goes with the standard grade. */
function nameOf(old: PartyRow, asked: ChangedParty): string {
  const given = standardName(asked) ?? (asked.name || undefined)
  if (given !== undefined) return checkedName(given)
  return (asked.standard_grade && asked.standard_grade !== old.standard_grade && gradeName(asked.standard_grade)) || old.name
}

/** Which livings hold the classes below, now that the party has another id or another place. */
function ranges(corp_no: number, parties: readonly PartyRow[], old: PartyRow, party: PartyRow) {
  const isRenumbered = party.party_id !== old.party_id
  const isMoved = party.parentid !== old.parentid
  const now = parties.map((each) => (each === old ? party : each.parentid === old.party_id ? { ...each, parentid: party.party_id } : each))
  const classes = (branch(now, party.party_id) ?? []).filter((each) => each.type === partyType.class)
  const moved = isMoved ? classes : []
  const moves = [
    ...(isRenumbered && party.type === partyType.class ? [{ party_id: old.party_id, to_id: party.party_id }] : []),
    ...moved.map(({ party_id }) => ({ party_id, to_id: party_id })),
  ]
  return [
    ...(isRenumbered ? renumberRange(corp_no, old.party_id, party.party_id) : []),
    ...(moved.length
      ? placeClasses(
          corp_no,
          moved.map((each) => placed(now, each)),
        )
      : []),
    ...(moves.length ? putMoves(corp_no, moves) : []),
  ]
}

/** Deletes a department that nobody is in and nothing stands under, page 92342. */
export const removeParty = (db: Db, corp_no: number, id: number, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    if (!parties.some((party) => party.party_id === id)) throw new WireError('no_department', `id: no department ${id}`)
    if ((await db.all(anyMember(corp_no, id))).length) throw new WireError('department_has_members', `id: ${id} has students`)
    if (parties.some((party) => party.parentid === id)) throw new WireError('department_has_children', `id: ${id} has departments below it`)
    if (id === root) throw new WireError('root_department', 'id: the root cannot be deleted')
    return {
      answer: {},
      queries: [...deleteParty(corp_no, id), ...forgetParties(corp_no, [id])],
      events: [{ ChangeType: 'delete_department', Id: String(id) }],
    }
  })
