import fc from 'fast-check'
import { personOf, type School } from '../world.ts'

/** A school kept on paper beside the real one: every step is taken by both, and then they are compared. */

export type Step =
  | { readonly does: 'enrol'; readonly pupil: number; readonly classes: readonly number[] }
  | { readonly does: 'parent'; readonly parent: number; readonly children: readonly number[] }
  | { readonly does: 'follow'; readonly pupil?: number; readonly parent?: number; readonly is_subscribe: number }
  | { readonly does: 'watch'; readonly pupil: number; readonly parent?: number }

const pupil = fc.nat(4)
const parent = fc.nat(3)
const classes = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 })
const is_subscribe = fc.nat(1)

export const aRosterStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('enrol' as const), pupil, classes }) },
  fc.record({ does: fc.constant('parent' as const), parent, children: fc.uniqueArray(pupil, { minLength: 1, maxLength: 3 }) }),
  fc.record({ does: fc.constant('follow' as const), pupil, is_subscribe }),
  fc.record({ does: fc.constant('follow' as const), parent, is_subscribe }),
)
export const aStay: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('watch' as const), pupil }),
  fc.record({ does: fc.constant('watch' as const), pupil, parent }),
)
export const aStep = fc.oneof({ weight: 3, arbitrary: aRosterStep }, aStay)

let schools = 0

/** Four classes of their own under the real school's grade, and nobody in them. The first two are the range of its lessons. */
export async function openPaper(school: School) {
  const name = `r${schools++}`
  const { id: parentid } = await school.client.departmentCreate({ name, parentid: 1, type: 2 })
  const classIds: number[] = []
  for (const each of ['A', 'B', 'C', 'D'])
    classIds.push((await school.client.departmentCreate({ name: name + each, parentid, type: 1 })).id)
  const pupils = new Map<string, { classes: readonly number[]; follows: number }>()
  const parents = new Map<string, { children: readonly string[]; follows: number }>()
  const pupilNo = (no: number) => `${name}s${no}`
  const parentNo = (no: number) => `${name}p${no}`
  const nameOf = ({ pupil, parent }: { pupil: number; parent?: number | undefined }) =>
    parent === undefined ? pupilNo(pupil) : `${parentNo(parent)}/${pupilNo(pupil)}`
  const viewers = () => [
    ...[...pupils].map(([who, { follows, classes }]) => ({ who, follows, classes })),
    ...[...parents].flatMap(([id, { children, follows }]) =>
      children.map((child) => ({ who: `${id}/${child}`, follows, classes: pupils.get(child)?.classes ?? [] })),
    ),
  ]
  return {
    pupils,
    parents,
    pupilNo,
    nameOf,
    range: classIds.slice(0, 2),
    /** who is in range of the lessons, and whether they follow the notices: "name follows" or "name" */
    inRange: () =>
      viewers()
        .filter(({ classes }) => classes.some((no) => no < 2))
        .map(({ who, follows }) => (follows ? `${who} follows` : who))
        .sort(),
    /** the classes that a line of theirs shows */
    partyidsOf: (who: string) =>
      pupils
        .get(who.split('/').at(-1) as string)
        ?.classes.map((no) => classIds[no] as number)
        .sort((a, b) => a - b),
    isViewer: (who: string) => viewers().some((viewer) => viewer.who === who),
    /** `through`: the school as another server gives it */
    async take(step: Step, livingid?: string, through: Pick<School, 'client'> = school): Promise<void> {
      const { client } = through
      if (step.does === 'enrol') {
        const student_userid = pupilNo(step.pupil)
        const department = step.classes.map((no) => classIds[no] as number)
        const known = pupils.get(student_userid)
        if (known) await client.updateStudent({ student_userid, department })
        else await client.createStudent({ student_userid, name: 'x', department })
        pupils.set(student_userid, { classes: step.classes, follows: known?.follows ?? 0 })
      } else if (step.does === 'parent') {
        const parent_userid = parentNo(step.parent)
        const children = step.children.map(pupilNo).filter((child) => pupils.has(child))
        if (parents.has(parent_userid) || children.length === 0) return
        const mobile = `1${schools}00${step.parent}`.padStart(11, '9')
        await client.createParent({ parent_userid, mobile, children: children.map((student_userid) => ({ student_userid })) })
        parents.set(parent_userid, { children, follows: 0 })
      } else if (step.does === 'follow') {
        const { is_subscribe, pupil, parent } = step
        const [on, userid] = pupil === undefined ? [parents, parentNo(parent ?? 0)] : [pupils, pupilNo(pupil)]
        const known = on.get(userid)
        await client.ours.subscriptions(
          pupil === undefined
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
export type Paper = Awaited<ReturnType<typeof openPaper>>
