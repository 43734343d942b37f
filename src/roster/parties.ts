import { type PlacedClass, placeClasses } from '../register/range.ts'
import type { Db } from '../store/db.ts'
import type { Input, Output } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { gradeName, isStandardGrade, registerYear } from './grades.ts'
import { type AdminRow, adminsOf, classMoves, insertParty, type MoveRow, type PartyRow, partiesOf, putAdmin } from './store_parties.ts'

/** Departments of the school contacts, pages 92340-92344. */
export const partyType = { class: 1, grade: 2, stage: 3, campus: 4, school: 5 } as const

/** Under what a party of each type may stand. */
const under: Record<number, readonly number[]> = {
  1: [partyType.grade],
  2: [partyType.school, partyType.campus, partyType.stage],
  3: [partyType.school, partyType.campus],
  4: [partyType.school],
}

/** Which party an administrator of each type heads: 1 campus, 2 grade, 3 form teacher, 4 subject teacher, 5 stage. */
const heads: Record<number, number> = {
  1: partyType.campus,
  2: partyType.grade,
  3: partyType.class,
  4: partyType.class,
  5: partyType.stage,
}

/** A corp starts with its root. */
export const rootParty = (corp_no: number, name: string) =>
  insertParty(corp_no, { party_id: 1, parentid: 0, type: partyType.school, name, register_year: null, standard_grade: null, ord: null })

type NewParty = Input<Table['departmentCreate']>

export const createParty = (db: Db, corp_no: number, asked: NewParty, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const parties = await db.all<PartyRow>(partiesOf(corp_no))
    const taken = await takenIds(db, corp_no, parties)
    const above = parties.find((party) => party.party_id === asked.parentid)
    if (!above) throw new WireError('no_parent_department', `parentid: no department ${asked.parentid}`)
    if (!under[asked.type])
      throw new WireError('bad_department_type', `type: expected 1 class, 2 grade, 3 stage or 4 campus, got ${asked.type}`)
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
    const inRange = party.type === partyType.class ? placeClasses(corp_no, [placed([...parties, party], party)]) : []
    return {
      answer: { id: party.party_id },
      events: [{ ChangeType: 'create_department', Id: String(party.party_id) }],
      queries: [insertParty(corp_no, party), ...admins.map((admin) => putAdmin(corp_no, admin)), ...inRange],
    }
  })

/** One past the highest; when that has been given, the lowest that is free. Ids are int32. */
export function nextId(taken: ReadonlySet<number>): number {
  let id = Math.max(...taken) + 1
  if (id >= 2 ** 31) for (id = 2; taken.has(id); ) id++
  return id
}

/** Of the parties there are, and of classes whose pupils are still on the way to another id. */
export async function takenIds(db: Db, corp_no: number, parties: readonly PartyRow[]): Promise<Set<number>> {
  const moves = await db.all<MoveRow>(classMoves(corp_no))
  return new Set([...parties, ...moves].map((row) => row.party_id))
}

export function checkPlace(type: number, above: PartyRow): void {
  if (!under[type]?.includes(above.type))
    throw new WireError('wrong_parent_type', `parentid: a department of type ${type} cannot stand under one of type ${above.type}`)
}

type Grade = { register_year: number | null; standard_grade: number | null }
type Graded = { register_year?: number; standard_grade?: number; name?: string }

/** register_year is worked out where only the grade is given: the September in which this year's pupils of it started. */
export function gradeOf(
  type: number,
  { standard_grade, register_year }: Graded,
  now: number,
  before: Grade = { register_year: null, standard_grade: null },
): Grade {
  if (register_year !== undefined && (type !== partyType.grade || register_year < 1970 || register_year > 2100))
    throw new WireError('bad_register_year', `register_year: expected 1970-2100 on a grade, got ${register_year}`)
  if (standard_grade && (type !== partyType.grade || !isStandardGrade(standard_grade)))
    throw new WireError('bad_standard_grade', `standard_grade: expected a standard grade on a grade, got ${standard_grade}`)
  const year = register_year ?? before.register_year ?? (standard_grade ? registerYear(standard_grade, now) : null)
  return { register_year: year, standard_grade: standard_grade === undefined ? before.standard_grade : standard_grade || null }
}

/** The name of a grade whose register year and standard grade are both given: then page 92340 ignores `name`. */
export const standardName = ({ register_year, standard_grade }: Graded) =>
  register_year !== undefined && standard_grade ? gradeName(standard_grade) : undefined

const isForbidden = (name: string) => /[-\\:*?"<>/，]/.test(name) || /[\u0000-\u001f]/.test(name)

export const isPartyName = (name: string) => name !== '' && [...name].length <= 32 && !isForbidden(name)

export function checkedName(name: string | undefined): string {
  if (!name) throw new WireError('bad_request', 'name: expected 1-32 characters, got none')
  if (isForbidden(name)) throw new WireError('bad_department_name', `name: ${JSON.stringify(name)} has a character of -\\:*?"<>/，`)
  return name
}

export function checkedAdmin(party: PartyRow, admin: { userid: string; type?: number; subject?: string }): AdminRow {
  if (admin.type === undefined || heads[admin.type] !== party.type)
    throw new WireError('bad_admin_type', `department_admins: type ${admin.type} does not fit a department of type ${party.type}`)
  return { party_id: party.party_id, userid: admin.userid, type: admin.type, subject: admin.subject ?? '' }
}

/** A class, and the parties it stands in up to the root. */
export function placed(parties: readonly PartyRow[], party: PartyRow): PlacedClass {
  const byId = new Map(parties.map((each) => [each.party_id, each]))
  const within: number[] = []
  for (let next: PartyRow | undefined = party; next; next = byId.get(next.parentid)) within.push(next.party_id)
  return { class_id: party.party_id, within }
}

/** A party and all below it, of any type; undefined where there is no such party. */
export function branch(parties: readonly PartyRow[], party_id: number): PartyRow[] | undefined {
  const top = parties.find((party) => party.party_id === party_id)
  if (!top) return undefined
  const found = [top]
  const children = Map.groupBy(parties, (party) => party.parentid)
  for (const party of found) found.push(...(children.get(party.party_id) ?? []))
  return found
}

export async function listParties(db: Db, corp_no: number, id?: number): Promise<Output<Table['departmentList']>> {
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const wanted = id === undefined ? parties : branch(parties, id)
  if (!wanted) throw new WireError('no_department', `id: no department ${id}`)
  const admins = Map.groupBy(await db.all<AdminRow>(adminsOf(corp_no)), (admin) => admin.party_id)
  return { departments: wanted.map((party) => shown(party, admins.get(party.party_id) ?? [])) }
}

const shown = (party: PartyRow, admins: readonly AdminRow[]) => ({
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
