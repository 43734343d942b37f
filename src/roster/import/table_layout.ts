import { type Column, columnOf, type ParentField, relatives, type StudentField } from './headers.ts'
import type { ParentColumns, StudentColumns } from './roster_file.ts'

/** Which column of a table, counted from 0, holds what. A field without a column is undefined. */
export type Layout = {
  readonly indexes: Indexes<StudentField>
  readonly columns: StudentColumns
  /** one for each parent that a row can hold */
  readonly parents: readonly ParentLayout[]
  /** headers of columns that are not imported */
  readonly unreadColumns: readonly string[]
}
/** `relation`: where the headers name the parent by relation (妈妈电话), that relation. */
type ParentLayout = { readonly indexes: Indexes<ParentField>; readonly columns: ParentColumns; readonly relation: string }
type Indexes<Field extends string> = Readonly<Partial<Record<Field, number | undefined>>>

/** Characters of a header that are kept. Every row refers to its headers, and every message about a row names one. */
const maxHeaderLength = 100

/** The layout that a row of headers describes; undefined where the row is no row of headers. */
export function layoutOf(cells: readonly string[]): Layout | undefined {
  const headers = cells.map((cell) => cell.slice(0, maxHeaderLength))
  const columns = headers.map((header) => columnOf(header))
  const indexOf = (field: StudentField) => {
    const index = columns.findIndex((column) => column?.of === 'student' && column.field === field)
    return index < 0 ? undefined : index
  }
  const [number, contact] = [indexOf('number'), indexOf('contact')]
  const userid = indexOf('userid') ?? number
  if (indexOf('name') === undefined || (userid ?? indexOf('class')) === undefined) return undefined
  const hasParentMobile = columns.some((column) => column?.of === 'parent' && column.field === 'mobile')
  // a column that is called just "手机" holds the parent's mobile, unless there is another column for that
  const parentContact = hasParentMobile ? undefined : contact
  const header = (index: number | undefined, fallback: string) => headers[index ?? -1] ?? fallback
  return {
    indexes: {
      userid,
      number,
      name: indexOf('name'),
      mobile: indexOf('mobile') ?? (hasParentMobile ? contact : undefined),
      subscribed: indexOf('subscribed'),
      campus: indexOf('campus'),
      stage: indexOf('stage'),
      grade: indexOf('grade'),
      class: indexOf('class'),
    },
    columns: {
      student_userid: header(userid, '学号'),
      name: header(indexOf('name'), '姓名'),
      mobile: header(indexOf('mobile') ?? contact, '手机'),
      is_subscribe: header(indexOf('subscribed'), '关注'),
      classes: header(indexOf('class'), '班级'),
    },
    parents: parentLayouts(headers, columns, parentContact),
    unreadColumns: headers.filter((header, index) => header.trim() !== '' && isUnread(columns[index])),
  }
}

/** One layout for each parent that the headers distinguish. `contact`: the column of the first parent's mobile that says only "手机". */
function parentLayouts(headers: readonly string[], columns: readonly (Column | undefined)[], contact: number | undefined): ParentLayout[] {
  const nos = columns.flatMap((column) => (column?.of === 'parent' ? [column.no] : []))
  return [...new Set(contact === undefined ? nos : [...nos, '1'])].map((no) => {
    const indexes: Partial<Record<ParentField, number>> = {}
    for (const [index, column] of columns.entries()) if (column?.of === 'parent' && column.no === no) indexes[column.field] ??= index
    if (contact !== undefined && no === '1') indexes.mobile = contact
    const header = (field: ParentField, fallback: string) => headers[indexes[field] ?? -1] ?? fallback
    const mobile = header('mobile', '家长手机')
    return {
      indexes,
      relation: (relatives as readonly string[]).includes(no) ? no : '',
      columns: {
        parent_userid: header('userid', mobile),
        mobile,
        relation: header('relation', mobile),
        is_subscribe: header('subscribed', mobile),
      },
    }
  })
}

/** A column of unknown meaning, or of a parent's name, for which the roster has no place. */
const isUnread = (column: Column | undefined) => !column || (column.of === 'parent' && column.field === 'name')
