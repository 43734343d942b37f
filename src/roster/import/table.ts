import { maxColumns } from '../../sheets/limits.ts'
import type { ReadSheet, Row } from '../../sheets/rows.ts'
import { sizeChecker } from './check_size.ts'
import { pathsOf } from './class_paths.ts'
import { type FileParent, type FileRow, type RosterFile, RosterFileError } from './roster_file.ts'
import { type Layout, layoutOf } from './table_layout.ts'

/** A title and remarks may stand above the headers. A sheet without headers in its first 10 rows is taken for an explanation. */
const maxRowsBeforeHeaders = 10

/**
 * Reads a list as schools keep one: a row for each student, with the parents in columns, or a row for each student and parent, or
 * both. Throws `RosterFileError` where no sheet has headers.
 */
export async function readTable(sheets: readonly ReadSheet[]): Promise<RosterFile> {
  const rows: FileRow[] = []
  const checkSize = sizeChecker()
  const unreadColumns = new Set<string>()
  let hasParents = false
  let hasHeaders = false
  let firstCells: string[] | undefined
  for (const sheet of sheets) {
    let layout: Layout | undefined
    let rowsBeforeHeaders = 0
    for await (const { line, cells } of sheet.rows) {
      if (cells.every((cell) => cell.trim() === '')) continue
      if (layout) {
        rows.push(checkSize(rowOf(layout, { line, cells }, sheets.length > 1 ? sheet.name : undefined)))
        continue
      }
      firstCells ??= cells.filter(Boolean)
      layout = layoutOf(cells)
      if (layout) {
        hasHeaders = true
        for (const header of layout.unreadColumns) unreadColumns.add(header)
        hasParents ||= layout.parents.length > 0
      } else if (++rowsBeforeHeaders > maxRowsBeforeHeaders) break
    }
  }
  if (!hasHeaders) throw noHeaders(firstCells ?? [])
  return { rows, hasParents, isComplete: true, unreadColumns: [...unreadColumns].slice(0, maxColumns) }
}

function noHeaders(cells: readonly string[]): RosterFileError {
  const got = cells.length ? cells.slice(0, 8).join(', ').slice(0, 200) : 'nothing'
  return new RosterFileError(
    `no headers found: expected 姓名/name and 学号/number or 班级/class in one row, got ${got}`,
    `没有找到表头：同一行里要有“姓名”，以及“学号”或“班级”；现在是 ${got}`,
  )
}

/** A row of the table. `sheetName`: where the file has several sheets. */
function rowOf({ indexes, columns, parents }: Layout, { line, cells }: Row, sheetName: string | undefined): FileRow {
  const cell = (index: number | undefined) => (index === undefined ? '' : (cells[index] ?? '').trim())
  const above = [cell(indexes.campus), cell(indexes.stage), cell(indexes.grade)].filter(Boolean)
  return {
    ...(sheetName !== undefined && { file: sheetName }),
    line,
    columns,
    student_userid: cell(indexes.userid) || cell(indexes.number),
    name: cell(indexes.name),
    mobile: cell(indexes.mobile),
    is_subscribe: cell(indexes.subscribed),
    classes: pathsOf(cell(indexes.class), above),
    parents: parents.flatMap(({ indexes: at, columns, relation }): FileParent[] => {
      const [parent_userid, mobile] = [cell(at.userid), cell(at.mobile)]
      if (parent_userid === '' && mobile === '') return []
      return [{ columns, parent_userid, mobile, relation: cell(at.relation) || relation, is_subscribe: cell(at.subscribed) }]
    }),
  }
}
