import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import { WireError } from '../../wire/errcode.ts'
import type { Table } from '../../wire/table.ts'
import { asFirstWritten, checkMobile, isSameMobile, mobileColumns, normalMobile } from '../mobiles.ts'
import { keyOf, type People } from '../people.ts'
import { type MobileOwner, mobileOwners } from '../store_mobiles.ts'
import { countParents, type ParentRow } from '../store_parents.ts'
import type { StudentRow } from '../store_students.ts'
import { studentIn } from '../students/rules.ts'

/** The active parent with this userid. Throws `no_user`. `field` is named in the error. */
export function parentIn(people: People, userid: string, field: string): ParentRow {
  const parent = people.parents.get(keyOf(userid))
  if (!parent) throw new WireError('no_user', `${field}: no parent ${userid}`)
  return parent
}

/** A child of a parent, and what the parent is to the child, such as 妈妈. */
export type Child = { child: StudentRow; relation: string }

/**
 * The children that a request names. A child who is named twice is one child, with the relation given last. Throws `bad_request`,
 * `no_user` or `not_a_student`.
 */
export function childrenIn(people: People, asked: Input<Table['createParent']>['children']): Child[] {
  if (asked.length === 0) throw new WireError('bad_request', 'children: expected 1-10 children, got none')
  const children = new Map<number, Child>()
  for (const { student_userid, relation } of asked) {
    if (Buffer.byteLength(relation) > 32) throw new WireError('bad_request', 'children.relation: expected at most 32 bytes')
    const child = studentIn(people, student_userid, 'children')
    children.set(child.student_no, { child, relation })
  }
  return [...children.values()]
}

/**
 * Reads who has these mobiles. Returns a check that throws `bad_mobile` or `parent_mobile_exists`, and otherwise returns the
 * columns to store. The parent owns it for the rest of the batch. `before`: as for a student (`checkedMobile`).
 */
export async function parentMobileRule(db: Db, corp_no: number, mobiles: readonly string[]) {
  const ownerByMobile = new Map(
    (await db.all<MobileOwner>(mobileOwners('parent', corp_no, mobiles.map(normalMobile)))).map((row) => [row.mobile_key, row.owner_key]),
  )
  return (parent_key: string, mobile: string, before?: string) => {
    checkMobile(mobile)
    const key = normalMobile(mobile)
    const owner = ownerByMobile.get(key)
    if (owner !== undefined && owner !== parent_key && !isSameMobile(before, mobile))
      throw new WireError('parent_mobile_exists', 'mobile: another parent has it')
    ownerByMobile.set(key, parent_key)
    return mobileColumns(asFirstWritten(before, mobile))
  }
}

/**
 * Counts the parents of a school that may have at most `capacity`, 0 for any number. Returns a function that takes a place for one more
 * parent, and throws `parents_full` where none is left.
 */
export async function parentCapacityRule(db: Db, corp_no: number, capacity: number) {
  if (capacity === 0) return () => {}
  const [counted] = await db.all<{ parents: number }>(countParents(corp_no))
  let parents = counted?.parents ?? 0
  return () => {
    if (parents >= capacity) throw new WireError('parents_full', `the school has ${parents} parents, expected fewer than ${capacity}`)
    parents++
  }
}
