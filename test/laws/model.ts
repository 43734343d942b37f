import fc from 'fast-check'
import { personOf, type School } from '../world.ts'

/**
 * A model of a school for property-based tests. Each step is applied to the real server and to this simple in-memory model. Then the
 * tests compare the two.
 */

/** One change. `student` and `parent` are numbers of people, `children` numbers of students, `classes` indexes of the four classes. */
export type Step =
  | { readonly does: 'enrol'; readonly student: number; readonly classes: readonly number[] }
  | { readonly does: 'parent'; readonly parent: number; readonly children: readonly number[] }
  | { readonly does: 'follow'; readonly student?: number; readonly parent?: number; readonly is_subscribe: number }
  | { readonly does: 'watch'; readonly student: number; readonly parent?: number }

const student = fc.nat(4)
const parent = fc.nat(3)
const classes = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 })
const is_subscribe = fc.nat(1)

export const aRosterStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('enrol' as const), student, classes }) },
  fc.record({ does: fc.constant('parent' as const), parent, children: fc.uniqueArray(student, { minLength: 1, maxLength: 3 }) }),
  fc.record({ does: fc.constant('follow' as const), student, is_subscribe }),
  fc.record({ does: fc.constant('follow' as const), parent, is_subscribe }),
)
export const aStay: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('watch' as const), student }),
  fc.record({ does: fc.constant('watch' as const), student, parent }),
)
export const aStep = fc.oneof({ weight: 3, arbitrary: aRosterStep }, aStay)

let schools = 0

/**
 * Creates four empty classes in the real school, under a new grade, and a model of them. The first two classes are the range of the
 * livings that `startLiving` starts.
 */
export async function openModel(school: School) {
  const name = `r${schools++}`
  const { id: parentid } = await school.client.departmentCreate({ name, parentid: 1, type: 2 })
  const classIds: number[] = []
  for (const each of ['A', 'B', 'C', 'D'])
    classIds.push((await school.client.departmentCreate({ name: name + each, parentid, type: 1 })).id)
  const students = new Map<string, { classes: readonly number[]; follows: number }>()
  const parents = new Map<string, { children: readonly string[]; follows: number }>()
  const studentUserid = (no: number) => `${name}s${no}`
  const parentUserid = (no: number) => `${name}p${no}`
  const nameOf = ({ student, parent }: { student: number; parent?: number | undefined }) =>
    parent === undefined ? studentUserid(student) : `${parentUserid(parent)}/${studentUserid(student)}`
  const viewers = () => [
    ...[...students].map(([who, { follows, classes }]) => ({ who, follows, classes })),
    ...[...parents].flatMap(([id, { children, follows }]) =>
      children.map((child) => ({ who: `${id}/${child}`, follows, classes: students.get(child)?.classes ?? [] })),
    ),
  ]
  return {
    students,
    parents,
    studentUserid,
    nameOf,
    range: classIds.slice(0, 2),
    /** Everybody in range of the livings, sorted: "name follows" for those who subscribe to the notices, else "name". */
    inRange: () =>
      viewers()
        .filter(({ classes }) => classes.some((no) => no < 2))
        .map(({ who, follows }) => (follows ? `${who} follows` : who))
        .sort(),
    /** The party ids of the classes that the register shows on a viewer's line. */
    partyidsOf: (who: string) =>
      students
        .get(who.split('/').at(-1) as string)
        ?.classes.map((no) => classIds[no] as number)
        .sort((a, b) => a - b),
    isViewer: (who: string) => viewers().some((viewer) => viewer.who === who),
    /** Applies a step to the model and, by the client of `through` (which may speak to another server), to the real school. */
    async take(step: Step, livingid?: string, through: Pick<School, 'client'> = school): Promise<void> {
      const { client } = through
      if (step.does === 'enrol') {
        const student_userid = studentUserid(step.student)
        const department = step.classes.map((no) => classIds[no] as number)
        const known = students.get(student_userid)
        if (known) await client.updateStudent({ student_userid, department })
        else await client.createStudent({ student_userid, name: 'x', department })
        students.set(student_userid, { classes: step.classes, follows: known?.follows ?? 0 })
      } else if (step.does === 'parent') {
        const parent_userid = parentUserid(step.parent)
        const children = step.children.map(studentUserid).filter((child) => students.has(child))
        if (parents.has(parent_userid) || children.length === 0) return
        const mobile = `1${schools}00${step.parent}`.padStart(11, '9')
        await client.createParent({
          parent_userid,
          mobile,
          children: children.map((student_userid) => ({ student_userid, relation: '妈妈' })),
        })
        parents.set(parent_userid, { children, follows: 0 })
      } else if (step.does === 'follow') {
        const { is_subscribe, student, parent } = step
        const [on, userid] = student === undefined ? [parents, parentUserid(parent ?? 0)] : [students, studentUserid(student)]
        const known = on.get(userid)
        await client.ours.subscriptions(
          student === undefined
            ? { parents: [{ parent_userid: userid, is_subscribe }] }
            : { students: [{ student_userid: userid, is_subscribe }] },
        )
        if (known) known.follows = is_subscribe
      } else if (livingid !== undefined) {
        await client.ours.presence({ livingid, stays: [{ ...personOf(nameOf(step)), enter_time: school.clock.now }] })
      }
    },
    startLiving: async () => {
      const { livingid } = await school.client.livingCreate({
        anchor_userid: 'wang',
        theme: '公开课',
        living_start: school.clock.now,
        living_duration: 3600,
        living_range: { partyids: classIds.slice(0, 2) },
      })
      await school.client.ours.start({ livingid })
      return livingid
    },
  }
}
export type Model = Awaited<ReturnType<typeof openModel>>
