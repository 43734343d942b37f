import { TooLargeError } from '../../sheets/limits.ts'
import { sizeChecker } from './check_size.ts'
import { pathsOf } from './class_paths.ts'
import { type FileRow, type ParentColumns, type RosterFile, RosterFileError, type StudentColumns } from './roster_file.ts'

/**
 * Reads JSON with the field names of the calls: `{"students": [{"student_userid", "name", "classes": ["三年级/1班"], "mobile",
 * "is_subscribe", "parents": [{"parent_userid", "mobile", "relation", "is_subscribe"}]}]}`, or the list of students by itself. The
 * `line` of a row is the number of the student in the list. Throws `RosterFileError`, and `TooLargeError` for a file beyond a limit.
 */
export function readJson(text: string): RosterFile {
  let hasParents = false
  const checkSize = sizeChecker()
  const rows = studentsIn(text).map((each, index): FileRow => {
    const student = isObject(each) ? each : {}
    const parents = Array.isArray(student.parents) ? student.parents.filter(isObject) : []
    hasParents ||= Array.isArray(student.parents)
    const classes = Array.isArray(student.classes) ? student.classes : [student.class ?? '']
    return checkSize({
      line: index + 1,
      columns,
      student_userid: textOf(student.student_userid),
      name: textOf(student.name),
      mobile: textOf(student.mobile),
      is_subscribe: textOf(student.is_subscribe),
      classes: classes.flatMap((path) => pathsOf(textOf(path), student.grade === undefined ? [] : [textOf(student.grade)])),
      parents: parents.map((parent) => ({
        columns: parentColumns,
        parent_userid: textOf(parent.parent_userid),
        mobile: textOf(parent.mobile),
        relation: textOf(parent.relation),
        is_subscribe: textOf(parent.is_subscribe),
      })),
    })
  })
  return { rows, hasParents, isComplete: true, unreadColumns: [] }
}

const columns: StudentColumns = {
  student_userid: 'student_userid',
  name: 'name',
  mobile: 'mobile',
  is_subscribe: 'is_subscribe',
  classes: 'classes',
}
const parentColumns: ParentColumns = {
  parent_userid: 'parents.parent_userid',
  mobile: 'parents.mobile',
  relation: 'parents.relation',
  is_subscribe: 'parents.is_subscribe',
}

function studentsIn(text: string): readonly unknown[] {
  const expected = 'expected {"students": [{"student_userid", "name", "classes", "parents": […]}, …]}'
  checkValues(text)
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new RosterFileError(`this is no JSON: ${(error as Error).message}`, `这不是 JSON：${(error as Error).message}`)
  }
  const list = isObject(read) ? read.students : read
  if (!Array.isArray(list))
    throw new RosterFileError(
      `${expected}, got ${isObject(read) ? 'an object without students' : typeof read}`,
      'JSON 里没有 students 列表',
    )
  return list
}

/** Maximum number of values of a JSON file. 200,000 students with two parents are 3,400,000. */
const maxValues = 4_000_000

/**
 * Throws a `TooLargeError` if a JSON text has more than `maxValues` values, counted by the characters that begin or separate them. 64 MB of
 * `{},` would need 2 GB, and JSON.parse ends the process, not only the thread, when the thread's memory is used up.
 */
function checkValues(text: string): void {
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x2c || code === 0x5b || code === 0x7b) values++ // , [ {
  }
  if (values > maxValues) throw new TooLargeError(`expected at most ${maxValues} values`, `最多 ${maxValues} 个值`)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
/** The value as a cell of a table would hold it; "" for anything but texts, numbers and booleans. */
const textOf = (value: unknown) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '')
