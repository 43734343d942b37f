import { type ReadSheet, type Row, roundedMark } from '../../sheets/rows.ts'
import { type Column, columnOf, relatives } from './headers.ts'
import { NoRoster, type ParentColumns, type ParentSaid, type PupilColumns, type RosterFile, type Said } from './said.ts'

/** A list as schools keep it: a row a pupil with the parents in columns, or a row a pupil and parent, or both. */
export async function readTable(sheets: readonly ReadSheet[]): Promise<RosterFile> {
  const said: Said[] = []
  const unread = new Set<string>()
  let saysParents = false
  let seen: string[] | undefined
  let found = false
  for (const sheet of sheets) {
    let layout: Layout | undefined
    let tried = 0
    for await (const { line, cells } of sheet.rows) {
      if (cells.every((cell) => cell.trim() === '')) continue
      if (!layout) {
        layout = layoutOf(cells)
        seen ??= cells.filter(Boolean)
        // a title and a remark may stand above the headers; a sheet without any is some explanation
        if (!layout && ++tried > 10) break
        if (!layout) continue
        found = true
        for (const header of layout.unread) unread.add(header)
        saysParents ||= layout.parents.length > 0
        continue
      }
      said.push(saidBy(layout, { line, cells }, sheets.length > 1 ? sheet.name : undefined))
    }
  }
  if (!found)
    throw new NoRoster(
      `no headers found: expected 姓名/name and 学号/number or 班级/class in one row, got ${list(seen ?? [])}`,
      `没有找到表头：同一行里要有“姓名”，以及“学号”或“班级”；现在是 ${list(seen ?? [])}`,
    )
  return { said, bad: [], saysParents, isWhole: true, unread: [...unread] }
}

const list = (cells: readonly string[]) => (cells.length ? cells.slice(0, 8).join(', ').slice(0, 200) : 'nothing')

type At = Readonly<Partial<Record<string, number>>>
type ParentLayout = { readonly at: At; readonly columns: ParentColumns; readonly relation: string }
type Layout = {
  readonly at: At
  readonly columns: PupilColumns
  readonly parents: readonly ParentLayout[]
  readonly unread: readonly string[]
}

/** Which column is where; nothing where this row is no row of headers. */
function layoutOf(headers: readonly string[]): Layout | undefined {
  const columns = headers.map((header) => columnOf(header))
  const where = (field: string) => {
    const at = columns.findIndex((column) => column?.of === 'pupil' && column.field === field)
    return at < 0 ? undefined : at
  }
  const [userid, number] = [where('userid') ?? where('number'), where('number')]
  const contact = where('contact')
  if (where('name') === undefined || (userid ?? where('class')) === undefined) return undefined
  const numbers = [...new Set(columns.flatMap((column) => (column?.of === 'parent' ? [column.no] : [])))]
  const hasMobile = columns.some((column) => column?.of === 'parent' && column.field === 'mobile')
  const of = (no: string): ParentLayout => {
    const at: Record<string, number> = {}
    for (const [index, column] of columns.entries()) if (column?.of === 'parent' && column.no === no) at[column.field] ??= index
    // a bare "手机" in a list of pupils is the family's
    if (contact !== undefined && !hasMobile && no === '1') at.mobile = contact
    const called = (field: string, otherwise: string) => headers[at[field] ?? -1] ?? otherwise
    const mobile = called('mobile', '家长手机')
    return {
      at,
      relation: (relatives as readonly string[]).includes(no) ? no : '',
      columns: {
        parent_userid: called('userid', mobile),
        mobile,
        relation: called('relation', mobile),
        is_subscribe: called('subscribed', mobile),
      },
    }
  }
  const called = (at: number | undefined, otherwise: string) => headers[at ?? -1] ?? otherwise
  const parents = (contact !== undefined && !hasMobile ? [...new Set([...numbers, '1'])] : numbers).map(of)
  return {
    at: {
      userid,
      number,
      name: where('name'),
      mobile: where('mobile') ?? (hasMobile ? contact : undefined),
      subscribed: where('subscribed'),
      campus: where('campus'),
      stage: where('stage'),
      grade: where('grade'),
      class: where('class'),
    } as At,
    columns: {
      student_userid: called(userid, '学号'),
      name: called(where('name'), '姓名'),
      mobile: called(where('mobile') ?? contact, '手机'),
      is_subscribe: called(where('subscribed'), '关注'),
      classes: called(where('class'), '班级'),
    },
    parents,
    unread: headers.filter((header, index) => header.trim() !== '' && isUnread(columns[index])),
  }
}

/** The roster has no place for a parent's name. */
const isUnread = (column: Column | undefined) => !column || (column.of === 'parent' && column.field === 'name')

function saidBy({ at, columns, parents }: Layout, { line, cells }: Row, sheet: string | undefined): Said {
  const cell = (index: number | undefined) => (index === undefined ? '' : (cells[index] ?? '').trim())
  const above = [cell(at.campus), cell(at.stage), cell(at.grade)].filter(Boolean)
  return {
    ...(sheet !== undefined && { file: sheet }),
    line,
    columns,
    student_userid: cell(at.userid) || cell(at.number),
    name: cell(at.name),
    mobile: cell(at.mobile),
    is_subscribe: cell(at.subscribed),
    classes: pathsOf(cell(at.class), above),
    parents: parents.flatMap(({ at: where, columns, relation }): ParentSaid[] => {
      const [parent_userid, mobile] = [cell(where.userid), cell(where.mobile)]
      if (parent_userid === '' && mobile === '') return []
      return [{ columns, parent_userid, mobile, relation: cell(where.relation) || relation, is_subscribe: cell(where.subscribed) }]
    }),
  }
}

/** "1班" beside its grade, "三年级/1班" by itself, several with ; between. */
export function pathsOf(text: string, above: readonly string[]): string[][] {
  const classes = text.split(/[;；]/).map((each) => each.trim().replace(roundedMark, ''))
  return classes.filter(Boolean).map((each) => {
    const path = each.split(/[/／>]/).map((part) => part.trim())
    return path.length > 1 ? path : [...above, ...path]
  })
}
