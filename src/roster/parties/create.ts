import { placeClasses } from '../../register/range.ts'
import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { gradeName } from '../grades.ts'
import { nextId, partyType, placed, takenIds } from '../party.ts'
import { insertParty, type PartyRow, partiesOf, putAdmin } from '../store_parties.ts'
import { checkedAdmin, checkedName, checkPlace, checkType, gradeOf, standardName } from './rules.ts'

type NewParty = Input<Table['departmentCreate']>

/**
 * Creates a department and returns its id; the next free id where none is asked for. A new class joins the range of every living
 * whose range contains a party above the class. Throws a `WireError` where the request breaks a rule. WeCom page 92340.
 */
export const createParty = (db: Db, corp_no: number, asked: NewParty, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const taken = await takenIds(db, corp_no, parties)
    const above = parties.find((party) => party.party_id === asked.parentid)
    if (!above) throw new WireError('no_parent_department', `parentid: no department ${asked.parentid}`)
    checkType(asked.type)
    checkPlace(asked.type, above)
    if (asked.id && taken.has(asked.id)) throw new WireError('department_exists', `id: ${asked.id} is taken`)
    const grade = gradeOf(asked.type, asked, now)
    const party: PartyRow = {
      party_id: asked.id ?? nextId(taken),
      parentid: asked.parentid,
      type: asked.type,
      name: checkedName(standardName(asked) ?? asked.name ?? (grade.standard_grade ? gradeName(grade.standard_grade) : undefined)),
      ...grade,
      ord: asked.order ?? null,
    }
    const admins = (asked.department_admins ?? []).map((admin) => checkedAdmin(party, admin))
    const ranges = party.type === partyType.class ? placeClasses(corp_no, placed([...parties, party], [party])) : []
    return {
      answer: { id: party.party_id },
      events: [{ ChangeType: 'create_department', Id: String(party.party_id) }],
      queries: [insertParty(corp_no, party), ...admins.map((admin) => putAdmin(corp_no, admin)), ...ranges],
    }
  })
