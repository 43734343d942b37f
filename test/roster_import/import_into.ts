import { type ImportOptions, importRoster } from '../../src/roster/import/import.ts'
import { readRoster } from '../../src/roster/import/read.ts'
import { reasonText } from '../../src/roster/import/reasons.ts'
import type { Db } from '../../src/store/db.ts'
import { sql } from '../../src/store/sql.ts'
import type { School } from '../world.ts'

/** Imports a file into a school as `rollcall roster import` does. Returns the report. */
export async function importInto(school: School, file: string | Uint8Array, options: ImportOptions = {}, db: Db = school.db) {
  const roster = await readRoster(typeof file === 'string' ? Buffer.from(file) : file)
  return importRoster(db, school.corp_no, roster, options, school.clock.now)
}

/** The bad rows of a report as English text: "line column: reason". */
export const complaints = (report: Awaited<ReturnType<typeof importInto>>) =>
  report.bad_rows.map((bad) => `${bad.file ? `${bad.file} ` : ''}${bad.line} ${bad.column}: ${reasonText(bad, 'en')}`)

/** The version of a school's roster, which every change of the roster increases. */
export async function versionOf(school: School): Promise<number> {
  const [corp] = await school.db.all<{ roster_version: number }>(sql`select roster_version from corp where corp_no = ${school.corp_no}`)
  return corp?.roster_version ?? 0
}

/**
 * The roster as the calls list it, one line per student, sorted: "li 李小四 +: 三年级/1班 | li_mum 妈妈 13900000001 +". A + means
 * subscribed to the school's notices, a - not subscribed.
 */
export async function rosterOf(school: School): Promise<string[]> {
  const { departments } = await school.client.departmentList({})
  const named = new Map(departments.map((each) => [each.id, each]))
  const pathOf = (id: number): string => {
    const { name, parentid } = named.get(id) as { name: string; parentid: number }
    return parentid > 1 ? `${pathOf(parentid)}/${name}` : name
  }
  const lines = new Set<string>()
  for (const { id } of departments.filter(({ type }) => type === 1)) {
    const { students } = await school.client.userList({ department_id: id })
    for (const { student_userid, name, mobile, department, is_subscribe, parents = [] } of students) {
      const parentTexts = parents
        .map((each) => `${each.parent_userid} ${each.relation} ${each.mobile} ${each.is_subscribe ? '+' : '-'}`)
        .sort()
        .map((each) => ` | ${each}`)
      const classes = department.map(pathOf).sort().join('; ')
      lines.add(`${student_userid} ${name}${mobile ? ` ${mobile}` : ''} ${is_subscribe ? '+' : '-'}: ${classes}${parentTexts.join('')}`)
    }
  }
  return [...lines].sort()
}
