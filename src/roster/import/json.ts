import type { BadRow } from './reasons.ts'
import { NoRoster, type ParentColumns, type PupilColumns, type RosterFile, type Said } from './said.ts'
import { pathsOf } from './table.ts'

/**
 * JSON, in the words of the calls: `{"students": [{"student_userid", "name", "classes": ["三年级/1班"], "mobile", "is_subscribe",
 * "parents": [{"parent_userid", "mobile", "relation", "is_subscribe"}]}]}`, or the list by itself. A line is the number of a student.
 */
export function readJson(text: string): RosterFile {
  const students = listOf(text)
  const bad: BadRow[] = []
  let saysParents = false
  const said = students.map((each, index): Said => {
    const pupil = isObject(each) ? each : {}
    const parents = Array.isArray(pupil.parents) ? pupil.parents.filter(isObject) : []
    saysParents ||= Array.isArray(pupil.parents)
    const classes = Array.isArray(pupil.classes) ? pupil.classes : [pupil.class ?? '']
    return {
      line: index + 1,
      columns,
      student_userid: textOf(pupil.student_userid),
      name: textOf(pupil.name),
      mobile: textOf(pupil.mobile),
      is_subscribe: textOf(pupil.is_subscribe),
      classes: classes.flatMap((path) => pathsOf(textOf(path), pupil.grade === undefined ? [] : [textOf(pupil.grade)])),
      parents: parents.map((parent) => ({
        columns: parentColumns,
        parent_userid: textOf(parent.parent_userid),
        mobile: textOf(parent.mobile),
        relation: textOf(parent.relation),
        is_subscribe: textOf(parent.is_subscribe),
      })),
    }
  })
  return { said, bad, saysParents, isWhole: true, unread: [] }
}

const columns: PupilColumns = {
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

function listOf(text: string): readonly unknown[] {
  const expected = 'expected {"students": [{"student_userid", "name", "classes", "parents": […]}, …]}'
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    throw new NoRoster(`this is no JSON: ${(error as Error).message}`, `这不是 JSON：${(error as Error).message}`)
  }
  const list = isObject(read) ? read.students : read
  if (!Array.isArray(list))
    throw new NoRoster(`${expected}, got ${isObject(read) ? 'an object without students' : typeof read}`, 'JSON 里没有 students 列表')
  return list
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
/** Numbers and truths are what they would be in a cell. */
const textOf = (value: unknown) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : '')
