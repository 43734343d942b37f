import type { Db } from '../../store/db.ts'
import { keyOf, type nextNumbers, peopleOf } from '../people.ts'
import { type ParentRow, parentsByMobile, type StudentRow, studentsByMobile, type ViewerRow, viewersOf } from '../store.ts'
import type { Classes } from './classes.ts'
import type { Parent, Pupil } from './gather.ts'
import { type BadRow, type Filled, shown, type Why } from './reasons.ts'
import { placeOf } from './recognise.ts'

/** All that the file says, to look up whom a mobile or a place on the roster belongs to when it has been imported. */
export type Everybody = {
  readonly pupils: ReadonlyMap<string, Pupil>
  readonly parents: ReadonlyMap<string, Parent>
  readonly saysParents: boolean
  readonly removeMissing: boolean
}

export const everybody = (pupils: readonly Pupil[], more: Pick<Everybody, 'saysParents' | 'removeMissing'>): Everybody => ({
  pupils: new Map(pupils.map((pupil) => [keyOf(pupil.userid), pupil])),
  parents: new Map(pupils.flatMap((pupil) => [...pupil.family.keys()].map((parent) => [keyOf(parent.userid), parent] as const))),
  ...more,
})

/** A person or a link as it is, if it is, and as it is to be. */
export type Student = {
  readonly pupil: Pupil
  readonly before: StudentRow | undefined
  readonly after: StudentRow
  readonly isChanged: boolean
}
type Parented = { readonly before: ParentRow | undefined; readonly after: ParentRow; readonly isChanged: boolean }

/** `isNew`: as far as anybody sees. Who comes back has the number of old. */
export type Link = ViewerRow & { readonly isNew: boolean }

export type Compared = {
  readonly bad: readonly BadRow[]
  readonly students: readonly Student[]
  readonly parents: readonly Parented[]
  /** links to be written, a pupil's own among them */
  readonly viewers: readonly Link[]
  /** links that end */
  readonly lost: readonly ViewerRow[]
}

/** Some pupils of the file beside the roster as it is now. Nothing is written: what differs comes back, and who cannot be taken. */
export async function compare(
  db: Db,
  corp_no: number,
  some: readonly Pupil[],
  file: Everybody,
  classes: Classes,
  next: Awaited<ReturnType<typeof nextNumbers>>,
): Promise<Compared> {
  const families = [...new Set(some.flatMap((pupil) => [...pupil.family.keys()]))]
  const people = await peopleOf(
    db,
    corp_no,
    [...some, ...families].map(({ userid }) => userid),
  )
  const mobilesOf = (list: readonly { mobile: string }[]) => list.map(({ mobile }) => mobile).filter(Boolean)
  const students = await db.all<{ student_key: string; mobile: string }>(studentsByMobile(corp_no, mobilesOf(some)))
  const parents = await db.all<{ parent_key: string; mobile: string }>(parentsByMobile(corp_no, mobilesOf(families)))
  const known = some.flatMap((pupil) => people.students.get(keyOf(pupil.userid))?.student_no ?? [])
  const viewers = Map.groupBy(await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', known)), (viewer) => viewer.student_no)
  // whoever has the mobile now keeps it, unless the file gives them another
  const keeps = (on: ReadonlyMap<string, { mobile: string }>, key: string, mobile: string) => (on.get(key)?.mobile || mobile) === mobile
  const studentWith = new Map(
    students.filter((row) => keeps(file.pupils, row.student_key, row.mobile)).map((row) => [row.mobile, row.student_key]),
  )
  const parentWith = new Map(
    parents.filter((row) => keeps(file.parents, row.parent_key, row.mobile)).map((row) => [row.mobile, row.parent_key]),
  )

  const bad: BadRow[] = []
  const found: { students: Student[]; parents: Map<string, Parented>; viewers: Link[]; lost: ViewerRow[] } = {
    students: [],
    parents: new Map(),
    viewers: [],
    lost: [],
  }

  function checkParent({ userid, mobile, columns, line, file: name }: Parent): BadRow[] {
    const wrong = (column: string, why: Why, fill: Filled = {}) => [{ ...(name !== undefined && { file: name }), line, column, why, fill }]
    const owner = mobile ? parentWith.get(mobile) : undefined
    if (people.students.get(keyOf(userid))?.active || file.pupils.has(keyOf(userid)))
      return wrong(columns.parent_userid, 'is_student', { got: shown(userid) })
    if (owner !== undefined && owner !== keyOf(userid)) return wrong(columns.mobile, 'parent_mobile', { other: owner })
    return []
  }

  function check(pupil: Pupil, before: StudentRow | undefined): BadRow[] {
    const { userid, mobile, columns } = pupil
    const wrong: BadRow[] = []
    const say = (column: string, why: Why, fill: Filled = {}) => void wrong.push({ ...placeOf(pupil), column, why, fill })
    if (people.parents.get(keyOf(userid))?.active) say(columns.student_userid, 'is_parent', { got: shown(userid) })
    const owner = mobile ? studentWith.get(mobile) : undefined
    if (owner !== undefined && owner !== keyOf(userid)) say(columns.mobile, 'student_mobile', { other: owner })
    if (pupil.paths.length === 0 && before?.active !== 1) say(columns.classes, 'no_class')
    for (const each of pupil.paths.map((path) => classes.classOf(path))) if ('why' in each) say(columns.classes, each.why, each.fill)
    for (const parent of pupil.family.keys()) wrong.push(...checkParent(parent))
    return wrong
  }

  const parentOf = (parent: Parent): Parented => {
    const parent_key = keyOf(parent.userid)
    const met = found.parents.get(parent_key)
    if (met) return met
    const before = people.parents.get(parent_key)
    const after: ParentRow = {
      parent_no: before?.parent_no ?? next('parent_no'),
      parent_userid: before?.parent_userid ?? parent.userid,
      parent_key,
      mobile: parent.mobile || (before?.active ? before.mobile : ''),
      is_subscribe: parent.is_subscribe ?? (before?.active ? before.is_subscribe : 1),
      renamed: before?.renamed ?? 0,
      active: 1,
    }
    const made = { before, after, isChanged: !isSame(before, after) }
    found.parents.set(parent_key, made)
    return made
  }

  for (const pupil of some) {
    const student_key = keyOf(pupil.userid)
    const before = people.students.get(student_key)
    const wrong = check(pupil, before)
    bad.push(...wrong)
    if (wrong.length) continue
    const ids = pupil.paths.flatMap((path) => {
      const each = classes.classOf(path)
      return 'party' in each ? [each.party.party_id] : []
    })
    const partyids = [...new Set(ids)].sort((a, b) => a - b)
    if (partyids.length > 20) {
      bad.push({ ...placeOf(pupil), column: pupil.columns.classes, why: 'too_many_classes', fill: {} })
      continue
    }
    const after: StudentRow = {
      student_no: before?.student_no ?? next('student_no'),
      student_userid: before?.student_userid ?? pupil.userid,
      student_key,
      name: pupil.name,
      mobile: pupil.mobile || (before?.active ? before.mobile : null),
      partyids: partyids.length ? partyids.join(',') : (before?.partyids ?? ''),
      is_subscribe: pupil.is_subscribe ?? (before?.active ? before.is_subscribe : 1),
      renamed: before?.renamed ?? 0,
      active: 1,
    }
    found.students.push({ pupil, before, after, isChanged: !isSame(before, after) })
    const links = new Map((viewers.get(after.student_no) ?? []).map((viewer) => [viewer.parent_no, viewer]))
    const link = (parent_no: number, relation: string) => {
      const was = links.get(parent_no)
      const is = {
        viewer_no: was?.viewer_no ?? 0,
        student_no: after.student_no,
        parent_no,
        relation: relation || (was?.active ? was.relation : ''),
        active: 1,
      }
      if (!isSame(was, is)) found.viewers.push({ ...is, viewer_no: was?.viewer_no ?? next('viewer_no'), isNew: was?.active !== 1 })
      return parent_no
    }
    const kept = new Set([link(0, ''), ...[...pupil.family].map(([parent, relation]) => link(parentOf(parent).after.parent_no, relation))])
    if (!file.removeMissing || !file.saysParents) continue
    for (const viewer of links.values()) if (viewer.active && !kept.has(viewer.parent_no)) found.lost.push({ ...viewer, active: 0 })
  }
  return { bad, students: found.students, parents: [...found.parents.values()], viewers: found.viewers, lost: found.lost }
}

const isSame = <Row extends object>(before: Row | undefined, after: Row) =>
  before !== undefined && (Object.keys(after) as (keyof Row)[]).every((column) => before[column] === after[column])
