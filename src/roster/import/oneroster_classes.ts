import { gradeName } from '../grades.ts'
import { isThere, type OneRosterFile } from './oneroster_files.ts'

/** A pupil's classes, as paths, from OneRoster's classes, enrollments and orgs. */
export function onerosterClasses(files: Readonly<Record<'classes' | 'enrollments' | 'orgs' | 'users', OneRosterFile>>) {
  const schools = files.orgs.records.filter((org) => isThere(org) && org.of('type').toLowerCase() === 'school')
  // one school is the corp itself; of several, each is a campus
  const campuses = new Map(schools.length > 1 ? schools.map((org) => [org.of('sourcedid'), plainName(org.of('name'))]) : [])
  const gradesOf = new Map(files.users.records.map((user) => [user.of('sourcedid'), user.of('grades')]))
  const titles = new Map<string, { above: string[]; grades: string; name: string }>()
  const named = Map.groupBy(files.classes.records.filter(isThere), (each) =>
    [each.of('schoolsourcedid'), each.of('grades'), each.of('title')].join('\n'),
  )
  for (const same of named.values())
    for (const each of same) {
      const campus = campuses.get(each.of('schoolsourcedid'))
      // classes of one title are told apart by their codes
      const more = same.length > 1 ? ` ${each.of('classcode') || each.of('sourcedid')}` : ''
      titles.set(each.of('sourcedid'), {
        above: campus ? [campus] : [],
        grades: each.of('grades'),
        name: plainName(each.of('title').slice(0, 32 - more.length) + more),
      })
    }
  const enrolled = Map.groupBy(
    files.enrollments.records.filter((each) => isThere(each) && each.of('role').toLowerCase() === 'student'),
    (each) => each.of('usersourcedid'),
  )
  return (student: string): string[][] =>
    (enrolled.get(student) ?? []).flatMap((each) => {
      const title = titles.get(each.of('classsourcedid'))
      if (!title) return []
      const grade = gradeOf(title.grades || (gradesOf.get(student) ?? ''))
      return [[...title.above, grade, title.name]]
    })
}

/** The first of "07,08", under the name it has here; primary and junior run from 1 to 9, senior is 10 to 12. */
function gradeOf(grades: string): string {
  const first = (grades.split(',')[0] ?? '').trim()
  const number = /^\d{1,2}$/.test(first) ? Number(first) : 0
  const standard = number >= 1 && number <= 9 ? 30 + number : number >= 10 && number <= 12 ? 81 + number : 0
  return gradeName(standard) ?? (plainName(first) || 'OneRoster')
}

/** Without what the name of a department may not have. */
const plainName = (name: string) =>
  name
    .replaceAll(/[-\\:*?"<>/，\u0000-\u001f]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 32)
