import { maxCellLength, maxFileSize, maxRows, TooLargeError } from '../../sheets/limits.ts'
import type { FileRow } from './roster_file.ts'

/** Maximum of `entriesOf` over all rows: 200,000 students with two parents, a grade and a class are 1,000,000. */
const maxEntries = 2_000_000
/** Maximum number of parents, and of classes, in one row: more than any student has, and few enough to be checked in one go. */
const maxPerRow = 100
/** Maximum number of different classes that a file names. 10,000 classes of 40 are 400,000 students. */
const maxClassNames = 10_000

/**
 * Returns a function that counts the rows of one file, whatever its format, and returns each row as it is. It throws a `TooLargeError`
 * beyond a limit. Texts are counted here once more, because a few bytes of a file can stand for a long text: every cell of a workbook may
 * refer to the same shared text.
 */
export function sizeChecker(): (row: FileRow) => FileRow {
  const classNames = new Set<string>()
  let rows = 0
  let entries = 0
  let length = 0
  return (row) => {
    if (++rows > maxRows) throw new TooLargeError(`expected at most ${maxRows} rows`, `最多 ${maxRows} 行`)
    if (row.parents.length > maxPerRow || row.classes.length > maxPerRow)
      throw new TooLargeError(
        `row ${row.line}: expected at most ${maxPerRow} parents and ${maxPerRow} classes`,
        `第 ${row.line} 行：最多 ${maxPerRow} 位家长和 ${maxPerRow} 个班级`,
      )
    entries += entriesOf(row)
    if (entries > maxEntries)
      throw new TooLargeError(
        `expected at most ${maxEntries} rows, parents and names of classes together`,
        `行、家长和班级名称合计最多 ${maxEntries}`,
      )
    length += textLength(row)
    if (length > maxFileSize)
      throw new TooLargeError(`expected at most ${maxFileSize} characters in all cells together`, `所有格子合计最多 ${maxFileSize} 个字符`)
    for (const path of row.classes) classNames.add(path.join('\n'))
    if (classNames.size > maxClassNames)
      throw new TooLargeError(`expected at most ${maxClassNames} different classes`, `最多 ${maxClassNames} 个不同的班级`)
    return row
  }
}

/** How many objects a row is in memory: itself, its parents, and the names in the paths of its classes. */
export const entriesOf = ({ parents, classes }: FileRow) => 1 + parents.length + classes.reduce((sum, path) => sum + path.length, 0)

/** The number of characters of a row. Throws a `TooLargeError` if one of its texts is longer than a cell may be. */
export function textLength({ file = '', line, student_userid, name, mobile, is_subscribe, classes, parents }: FileRow): number {
  let sum = 0
  const add = (text: string) => {
    sum += text.length
    if (text.length > maxCellLength)
      throw new TooLargeError(
        `row ${line}: expected at most ${maxCellLength} characters, got ${text.length}`,
        `第 ${line} 行：最多 ${maxCellLength} 个字符，现在是 ${text.length} 个`,
      )
  }
  for (const text of [file, student_userid, name, mobile, is_subscribe]) add(text)
  for (const path of classes) path.forEach(add)
  for (const { parent_userid, mobile, relation, is_subscribe } of parents)
    for (const text of [parent_userid, mobile, relation, is_subscribe]) add(text)
  return sum
}
