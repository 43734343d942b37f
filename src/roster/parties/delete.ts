import { forgetParties } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import { WireError } from '../../wire/errcode.ts'
import { changeRoster } from '../change.ts'
import { rootId } from '../party.ts'
import { anyMember, deleteParty, type PartyRow, partiesOf } from '../store_parties.ts'

/**
 * Deletes a department. Throws `no_department`, `department_has_members`, `department_has_children` or `root_department`.
 * WeCom page 92342.
 */
export const removeParty = (db: Db, corp_no: number, id: number, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    if (!parties.some((party) => party.party_id === id)) throw new WireError('no_department', `id: no department ${id}`)
    if ((await db.all(anyMember(corp_no, id))).length) throw new WireError('department_has_members', `id: ${id} has students`)
    if (parties.some((party) => party.parentid === id)) throw new WireError('department_has_children', `id: ${id} has departments below it`)
    if (id === rootId) throw new WireError('root_department', 'id: the root cannot be deleted')
    return {
      answer: {},
      queries: [...deleteParty(corp_no, id), ...forgetParties(corp_no, [id])],
      events: [{ ChangeType: 'delete_department', Id: String(id) }],
    }
  })
