import { keyOf } from '../people.ts'
import { type AddBad, checkUserid, flagOf, mobileOf, plainMobile } from './cells.ts'
import { inBatches } from './in_batches.ts'
import { type FileParent, type FileRow, type ParentColumns, placeOf } from './roster_file.ts'

/** A parent as the whole file lists one: one object for all children. `userid` is "" until `findUserids` has set it. */
export type ListedParent = {
  readonly file?: string
  readonly line: number
  readonly columns: ParentColumns
  userid: string
  mobile: string
  is_subscribe: 0 | 1 | undefined
}

/** Rows that are read before the event loop serves others: up to 2 ms. */
export const rowsPerTurn = 500

/**
 * Returns a function that gives the parent whom a row means, and passes faults of the parent's cells to `addBad`. All rows are read
 * for parents with a userid first, so that a row that gives only a mobile means the parent who has the mobile in another row.
 */
export async function gatherParents(rows: readonly FileRow[]) {
  const parentByUserid = new Map<string, ListedParent>()
  const parentByMobile = new Map<string, ListedParent>()

  function find({ parent_userid, mobile: text, columns }: FileParent, row: FileRow): ListedParent {
    const mobile = plainMobile(text)
    const known = parent_userid ? parentByUserid.get(keyOf(parent_userid)) : parentByMobile.get(mobile)
    const parent = known ?? { ...placeOf(row), columns, userid: parent_userid, mobile, is_subscribe: undefined }
    parent.mobile ||= mobile
    if (parent_userid) parentByUserid.set(keyOf(parent_userid), parent)
    if (mobile && !parentByMobile.has(mobile)) parentByMobile.set(mobile, parent)
    return parent
  }

  for await (const some of inBatches(rows, rowsPerTurn))
    for (const row of some) for (const each of row.parents) if (each.parent_userid) find(each, row)

  return (each: FileParent, row: FileRow, addBad: AddBad): ListedParent => {
    const { columns, relation } = each
    checkUserid(each.parent_userid, columns.parent_userid, addBad)
    const mobile = mobileOf(each.mobile, columns.mobile, addBad)
    if (Buffer.byteLength(relation) > 32) addBad(columns.relation, 'long_relation')
    const is_subscribe = flagOf(each.is_subscribe, columns.is_subscribe, addBad)
    const parent = find(each, row)
    if (mobile && parent.mobile !== mobile) addBad(columns.mobile, 'two_mobiles', { line: parent.line })
    const owner = mobile ? parentByMobile.get(mobile) : undefined
    if (owner && owner !== parent) addBad(columns.mobile, 'two_userids', { line: owner.line })
    parent.is_subscribe = is_subscribe ?? parent.is_subscribe
    return parent
  }
}
