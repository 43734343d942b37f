import { updated } from '../../events/tell.ts'
import { placeClasses, renumberRange } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { gradeName } from '../grades.ts'
import { branch, partyType, placed, rootId, takenIds } from '../party.ts'
import { putMoves } from '../store_class_moves.ts'
import { dropAdmin, type PartyRow, partiesOf, putAdmin, setParty } from '../store_parties.ts'
import { finishClassMoves } from './class_moves.ts'
import { checkedAdmin, checkedName, checkPlace, gradeOf, standardName } from './rules.ts'

type ChangedParty = Input<Table['departmentUpdate']>

/**
 * Changes a department. Returns once the students of classes that got another id or another place, and their register lines, have
 * been updated too (see class_moves.ts). Throws a `WireError` where the request breaks a rule. WeCom page 92341.
 */
export async function updateParty(db: Db, corp_no: number, asked: ChangedParty, now: number) {
  await finishClassMoves(db, corp_no, now)
  await changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const old = parties.find((party) => party.party_id === asked.id)
    if (!old) throw new WireError('no_department', `id: no department ${asked.id}`)
    const { new_id = old.party_id, parentid = old.parentid } = asked
    if (old.party_id === rootId && (new_id !== rootId || parentid !== old.parentid))
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
      queries: [...setParty(corp_no, old.party_id, party), ...admins, ...rangeChanges(corp_no, parties, old, party)],
      events: [updated('update_department', String(old.party_id), String(party.party_id))],
    }
  })
  await finishClassMoves(db, corp_no, now)
  return {}
}

function checkMove(parties: readonly PartyRow[], party: PartyRow, parentid: number): void {
  const above = parties.find((each) => each.party_id === parentid)
  if (!above) throw new WireError('no_parent_department', `parentid: no department ${parentid}`)
  if (branch(parties, party.party_id)?.includes(above))
    throw new WireError('department_cycle', `parentid: ${parentid} stands under ${party.party_id} itself`)
  checkPlace(party.type, above)
}

/** The name that was asked for, else the name of the standard grade where the grade changes, else the old name. */
function nameOf(old: PartyRow, asked: ChangedParty): string {
  const given = standardName(asked) ?? (asked.name || undefined)
  if (given !== undefined) return checkedName(given)
  return (asked.standard_grade && asked.standard_grade !== old.standard_grade && gradeName(asked.standard_grade)) || old.name
}

/**
 * Statements that update the ranges of livings after `old` has become `party`, with another id or another place, and that add the
 * pending moves of the classes below.
 */
function rangeChanges(corp_no: number, parties: readonly PartyRow[], old: PartyRow, party: PartyRow) {
  const isRenumbered = party.party_id !== old.party_id
  const isMoved = party.parentid !== old.parentid
  const after = parties.map((each) =>
    each === old ? party : each.parentid === old.party_id ? { ...each, parentid: party.party_id } : each,
  )
  const classes = (branch(after, party.party_id) ?? []).filter((each) => each.type === partyType.class)
  const moved = isMoved ? classes : []
  const moves = [
    ...(isRenumbered && party.type === partyType.class ? [{ party_id: old.party_id, to_id: party.party_id }] : []),
    ...moved.map(({ party_id }) => ({ party_id, to_id: party_id })),
  ]
  return [
    ...(isRenumbered ? renumberRange(corp_no, old.party_id, party.party_id) : []),
    ...(moved.length ? placeClasses(corp_no, placed(after, moved)) : []),
    ...(moves.length ? putMoves(corp_no, moves) : []),
  ]
}
