import { demoAccounts } from '../console/demo_accounts.ts'
import { type NamedStudent, namedStudents, seededRandom } from './names.ts'

/**
 * Two grades with four classes of thirty students. They are outside the range of livingid1, which answers exactly as the sample on WeCom's
 * page.
 */
export const demoGrades = [
  { id: 20, name: '四年级', standard_grade: 34 },
  { id: 21, name: '五年级', standard_grade: 35 },
]
export const demoClasses = [
  { id: 41, name: '四年级1班', parentid: 20, department_admins: [{ userid: demoAccounts.userid, type: 3 }] },
  { id: 42, name: '四年级2班', parentid: 20, department_admins: [{ userid: 'linlaoshi', type: 3 }] },
  { id: 51, name: '五年级1班', parentid: 21, department_admins: [{ userid: 'helaoshi', type: 3 }] },
  { id: 52, name: '五年级2班', parentid: 21, department_admins: [{ userid: 'xulaoshi', type: 3 }] },
]
const studentsPerClass = 30

/** A student of the demo school. `diligence` is the probability of watching a living; `parents` are userids such as `li.yutong.ma`. */
export type DemoStudent = NamedStudent & { class_id: number; diligence: number; parents: string[] }

const relations: Readonly<Record<string, string>> = { ma: '妈妈', ba: '爸爸', nai: '奶奶' }

/** Returns how a parent is related to the student, from the last part of the userid. */
export const relationOf = (parent_userid: string) => relations[parent_userid.split('.')[2] as string] as string

/** Returns the students of the demo classes: the same at each call. */
export function demoStudents(): DemoStudent[] {
  const random = seededRandom(20_260_901)
  const parentsOf = ({ student_userid, hasMother, hasFather, hasGrandmother }: NamedStudent) =>
    [hasMother && 'ma', hasFather && 'ba', hasGrandmother && 'nai'].flatMap((kind) => (kind ? [`${student_userid}.${kind}`] : []))
  return namedStudents(demoClasses.length * studentsPerClass, random).map((student, index) => ({
    ...student,
    class_id: demoClasses[Math.floor(index / studentsPerClass)]?.id as number,
    diligence: 0.55 + 0.45 * Math.sqrt(random()),
    parents: parentsOf(student),
  }))
}
