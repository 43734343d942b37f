import { WireError } from '../../wire/errcode.ts'
import { gradeName, isStandardGrade, registerYear } from '../grades.ts'
import { partyType } from '../party.ts'
import type { AdminRow, PartyRow } from '../store_parties.ts'

/** What WeCom allows of a department: its place, grade, name and administrators. WeCom pages 92340-92344. */

/** For each type that can be created: the types of party it may stand under. */
const parentTypesByType: Record<number, readonly number[]> = {
  1: [partyType.grade],
  2: [partyType.school, partyType.campus, partyType.stage],
  3: [partyType.school, partyType.campus],
  4: [partyType.school],
}

/** The type of party that an administrator of each type heads: 1 campus, 2 grade, 3 form teacher, 4 subject teacher, 5 stage. */
const partyTypeByAdminType: Record<number, number> = {
  1: partyType.campus,
  2: partyType.grade,
  3: partyType.class,
  4: partyType.class,
  5: partyType.stage,
}

/** Throws `bad_department_type` unless a party of this type can be created. */
export function checkType(type: number): void {
  if (!parentTypesByType[type])
    throw new WireError('bad_department_type', `type: expected 1 class, 2 grade, 3 stage or 4 campus, got ${type}`)
}

/** Throws `wrong_parent_type` unless a party of this type may stand under `above`. */
export function checkPlace(type: number, above: PartyRow): void {
  if (!parentTypesByType[type]?.includes(above.type))
    throw new WireError('wrong_parent_type', `parentid: a department of type ${type} cannot stand under one of type ${above.type}`)
}

type Grade = { register_year: number | null; standard_grade: number | null }
type AskedGrade = { register_year?: number; standard_grade?: number; name?: string }

/**
 * The register year and standard grade of a party after a request. What the request does not give is kept from `before`. A standard
 * grade without a year gets the year in whose September this year's students of the grade started. `now` is in Unix seconds.
 * Throws `bad_register_year` or `bad_standard_grade`, also where the party is no grade.
 */
export function gradeOf(
  type: number,
  { standard_grade, register_year }: AskedGrade,
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

/** The grade's standard name, where register year and standard grade are both given: WeCom page 92340 then ignores `name`. */
export const standardName = ({ register_year, standard_grade }: AskedGrade) =>
  register_year !== undefined && standard_grade ? gradeName(standard_grade) : undefined

const hasForbiddenCharacter = (name: string) => /[-\\:*?"<>/，]/.test(name) || /[\u0000-\u001f]/.test(name)

export const isPartyName = (name: string) => name !== '' && [...name].length <= 32 && !hasForbiddenCharacter(name)

/** Returns the name. Throws `bad_request` where there is none, `bad_department_name` where it has a forbidden character. */
export function checkedName(name: string | undefined): string {
  if (!name) throw new WireError('bad_request', 'name: expected 1-32 characters, got none')
  if (hasForbiddenCharacter(name))
    throw new WireError('bad_department_name', `name: ${JSON.stringify(name)} has a character of -\\:*?"<>/，`)
  return name
}

/** The row of an administrator. Throws `bad_admin_type` where the administrator's type does not fit the party's type. */
export function checkedAdmin(party: PartyRow, admin: { userid: string; type?: number; subject?: string }): AdminRow {
  if (admin.type === undefined || partyTypeByAdminType[admin.type] !== party.type)
    throw new WireError('bad_admin_type', `department_admins: type ${admin.type} does not fit a department of type ${party.type}`)
  return { party_id: party.party_id, userid: admin.userid, type: admin.type, subject: admin.subject ?? '' }
}
