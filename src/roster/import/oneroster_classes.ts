import { gradeName } from '../grades.ts'
import { isActive, type OneRosterFile, type OneRosterRecord } from './oneroster_files.ts'

type Files = Readonly<Record<'classes' | 'enrollments' | 'orgs' | 'users', OneRosterFile>>

/** A class as its path is made: the campus where there is one, the grades as OneRoster lists them, and the name. */
type OneRosterClass = { readonly above: readonly string[]; readonly grades: string; readonly name: string }

/** Returns a function that gives the classes of a student (by sourcedId), each as a path. */
export function onerosterClasses({ classes, enrollments, orgs, users }: Files) {
  const gradesByUser = new Map(users.records.map((user) => [user.cell('sourcedid'), user.cell('grades')]))
  const classById = classesById(classes, orgs)
  const enrollmentsByStudent = Map.groupBy(
    enrollments.records.filter((each) => isActive(each) && each.cell('role').toLowerCase() === 'student'),
    (each) => each.cell('usersourcedid'),
  )
  return (student: string): string[][] =>
    (enrollmentsByStudent.get(student) ?? []).flatMap((each) => {
      const found = classById.get(each.cell('classsourcedid'))
      if (!found) return []
      return [[...found.above, gradeOf(found.grades || (gradesByUser.get(student) ?? '')), found.name]]
    })
}

function classesById(classes: OneRosterFile, orgs: OneRosterFile): Map<string, OneRosterClass> {
  const schools = orgs.records.filter((org) => isActive(org) && org.cell('type').toLowerCase() === 'school')
  // a single school is the corp itself; of several schools, each is a campus
  const campusById = new Map(schools.length > 1 ? schools.map((org) => [org.cell('sourcedid'), plainName(org.cell('name'))]) : [])
  const classById = new Map<string, OneRosterClass>()
  const classesByTitle = Map.groupBy(classes.records.filter(isActive), (each) =>
    [each.cell('schoolsourcedid'), each.cell('grades'), each.cell('title')].join('\n'),
  )
  for (const sameTitle of classesByTitle.values())
    for (const each of sameTitle) {
      const campus = campusById.get(each.cell('schoolsourcedid'))
      classById.set(each.cell('sourcedid'), {
        above: campus ? [campus] : [],
        grades: each.cell('grades'),
        name: nameOf(each, sameTitle.length > 1),
      })
    }
  return classById
}

/** The title; where other classes have the same title, with the class's code behind it. At most 32 characters. */
function nameOf({ cell }: OneRosterRecord, isTitleShared: boolean): string {
  const suffix = isTitleShared ? ` ${cell('classcode') || cell('sourcedid')}` : ''
  return plainName(cell('title').slice(0, 32 - suffix.length) + suffix)
}

/**
 * The name of the first grade of a list such as "07,08". Grades 1 to 9 are primary and junior high school, 10 to 12 senior high
 * school. Any other text is the name itself, and "OneRoster" where there is none.
 */
function gradeOf(grades: string): string {
  const first = (grades.split(',')[0] ?? '').trim()
  const number = /^\d{1,2}$/.test(first) ? Number(first) : 0
  const standardGrade = number >= 1 && number <= 9 ? 30 + number : number >= 10 && number <= 12 ? 81 + number : 0
  return gradeName(standardGrade) ?? (plainName(first) || 'OneRoster')
}

/** A name without the characters that the name of a department must not have, cut after 32. */
const plainName = (name: string) =>
  name
    .replaceAll(/[-\\:*?"<>/，\u0000-\u001f]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 32)
