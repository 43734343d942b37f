import { type ContactChange, updated } from '../events/tell.ts'
import { renameLines } from '../register/lines.ts'
import type { Db } from '../store/db.ts'
import type { Query } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import {
  checkIdIsFree,
  checkMobile,
  checkRename,
  checkUserid,
  eachAlone,
  type Failure,
  keyOf,
  nextNumbers,
  type People,
  peopleOf,
} from './people.ts'
import {
  type ParentRow,
  parentsByMobile,
  putParents,
  putViewers,
  type StudentRow,
  studentsByNumber,
  type ViewerRow,
  viewersOf,
} from './store.ts'
import { classIds, studentIn } from './students.ts'

type NewParent = Input<Table['createParent']>
type ChangedParent = Input<Table['updateParent']>

/** Creates those that can be created; the others come back, each with its reason. Pages 92331, 92334. */
export const createParents = (db: Db, corp_no: number, asked: readonly NewParent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const userids = asked.flatMap((each) => [each.parent_userid, ...each.children.map((child) => child.student_userid)])
    const people = await peopleOf(db, corp_no, userids)
    const mobile = await mobileRule(
      db,
      corp_no,
      asked.map((each) => each.mobile),
    )
    const next = await nextNumbers(db, corp_no)
    const parents: ParentRow[] = []
    const links: { parent_no: number; child: StudentRow; relation: string }[] = []
    const failures = eachAlone(
      asked,
      (each) => each.parent_userid,
      (each) => {
        checkUserid('parent_userid', each.parent_userid)
        checkIdIsFree(people, 'parent_userid', each.parent_userid)
        const family = familyOf(each.children, (userid) => studentIn(people, userid, 'children'))
        const parent_key = keyOf(each.parent_userid)
        const checked = mobile(parent_key, each.mobile)
        const gone = people.parents.get(parent_key)
        const parent = {
          parent_no: gone?.parent_no ?? next('parent_no'),
          parent_userid: each.parent_userid,
          parent_key,
          mobile: checked,
          is_subscribe: 0,
          renamed: gone?.renamed ?? 0,
          active: 1,
        }
        people.parents.set(parent_key, parent)
        parents.push(parent)
        links.push(...family.map((link) => ({ ...link, parent_no: parent.parent_no })))
      },
    )
    if (parents.length === 0) return { answer: failures, queries: [] }
    const known = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'parent_no',
        parents.map((each) => each.parent_no),
      ),
    )
    const viewers = links.map(({ parent_no, child, relation }) => {
      const before = known.find((viewer) => viewer.parent_no === parent_no && viewer.student_no === child.student_no)
      return { viewer_no: before?.viewer_no ?? next('viewer_no'), student_no: child.student_no, parent_no, relation, active: 1 }
    })
    const children = links.map((link) => link.child)
    return {
      answer: failures,
      queries: [putParents(corp_no, parents), putViewers(corp_no, viewers)],
      touched: {
        student_nos: [...new Set(children.map((child) => child.student_no))],
        party_ids: [...new Set(children.flatMap(classIds))],
        entries: true,
      },
      events: [...parents.map((each) => ({ ChangeType: 'create_parent' as const, Id: each.parent_userid })), ...childrenToo(children)],
    }
  })

/** Changes those that can be changed. A userid can be changed once; children that are given are all there are, an empty list says nothing. Page 92333. */
export const updateParents = (db: Db, corp_no: number, asked: readonly ChangedParent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const named = asked.flatMap((each) => [
      each.parent_userid,
      each.new_parent_userid ?? [],
      (each.children ?? []).map((child) => child.student_userid),
    ])
    const people = await peopleOf(db, corp_no, named.flat())
    const mobile = await mobileRule(
      db,
      corp_no,
      asked.flatMap((each) => each.mobile ?? []),
    )
    const links = await linksOf(db, corp_no, [...people.parents.values()])
    const next = await nextNumbers(db, corp_no)
    const parents = new Map<number, ParentRow>()
    const viewers = new Map<number, ViewerRow>()
    const renames: Query[] = []
    const events: ContactChange[] = []
    const failures = eachAlone(
      asked,
      (each) => each.parent_userid,
      ({ parent_userid, new_parent_userid: to, children, mobile: asMobile }) => {
        const old = parentIn(people, parent_userid, 'parent_userid')
        const family = children?.length ? familyOf(children, (userid) => studentIn(people, userid, 'children')) : undefined
        const isRenamed = to !== undefined && to !== old.parent_userid
        if (isRenamed) checkRename(people, 'new_parent_userid', old.parent_userid, old.renamed, to)
        const parent = {
          ...old,
          ...(isRenamed && { parent_userid: to, parent_key: keyOf(to), renamed: 1 }),
          ...(asMobile !== undefined && { mobile: mobile(old.parent_key, asMobile) }),
        }
        people.parents.delete(old.parent_key)
        people.parents.set(parent.parent_key, parent)
        parents.set(parent.parent_no, parent)
        events.push(updated('update_parent', old.parent_userid, parent.parent_userid))
        const own = links.of(parent.parent_no)
        if (isRenamed)
          renames.push(
            ...renameLines(
              corp_no,
              [...own.values()].map((viewer) => viewer.viewer_no),
              'parent_userid',
              old.parent_userid,
              to,
            ),
          )
        if (!family) return
        for (const viewer of own.values()) if (viewer.active) viewers.set(viewer.viewer_no, { ...viewer, active: 0 })
        for (const { child, relation } of family) {
          const { student_no } = child
          const viewer_no = own.get(student_no)?.viewer_no ?? next('viewer_no')
          viewers.set(viewer_no, { viewer_no, student_no, parent_no: parent.parent_no, relation, active: 1 })
          links.children.set(student_no, child)
        }
        for (const viewer of viewers.values()) if (viewer.parent_no === parent.parent_no) own.set(viewer.student_no, viewer)
      },
    )
    if (parents.size === 0) return { answer: failures, queries: [] }
    return {
      answer: failures,
      queries: [putParents(corp_no, [...parents.values()]), putViewers(corp_no, [...viewers.values()]), ...renames],
      touched: links.touched([...viewers.values()]),
      events: [
        ...events,
        ...[...parents.keys()].flatMap((no) => links.childrenOf(no, (viewer) => viewer.active === 1 || viewers.has(viewer.viewer_no))),
      ],
    }
  })

/** Deletes parents. Their rows and their links to children stay, inactive. Page 92332. */
export const deleteParents = (db: Db, corp_no: number, userids: readonly string[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const people = await peopleOf(db, corp_no, userids)
    const links = await linksOf(db, corp_no, [...people.parents.values()])
    const gone: ParentRow[] = []
    const failures = eachAlone(
      userids,
      (userid) => userid,
      (userid) => {
        const parent = { ...parentIn(people, userid, 'userid'), active: 0 }
        people.parents.set(parent.parent_key, parent)
        gone.push(parent)
      },
    )
    if (gone.length === 0) return { answer: failures, queries: [] }
    const viewers = gone.flatMap((parent) => [...links.of(parent.parent_no).values()]).map((viewer) => ({ ...viewer, active: 0 }))
    return {
      answer: failures,
      queries: [putParents(corp_no, gone), putViewers(corp_no, viewers)],
      touched: links.touched(viewers),
      events: [
        ...gone.map((each) => ({ ChangeType: 'delete_parent' as const, Id: each.parent_userid })),
        ...gone.flatMap((each) => links.childrenOf(each.parent_no, (viewer) => viewer.active === 1)),
      ],
    }
  })

function parentIn(people: People, userid: string, field: string): ParentRow {
  const parent = people.parents.get(keyOf(userid))
  if (parent?.active !== 1) throw new WireError('no_user', `${field}: no parent ${userid}`)
  return parent
}

/** Between these parents and the children they have or had. */
async function linksOf(db: Db, corp_no: number, parents: readonly ParentRow[]) {
  const found = await db.all<ViewerRow>(
    viewersOf(
      corp_no,
      'parent_no',
      parents.map((each) => each.parent_no),
    ),
  )
  const rows = await db.all<StudentRow>(studentsByNumber(corp_no, [...new Set(found.map((viewer) => viewer.student_no))]))
  const children = new Map(rows.map((row) => [row.student_no, row]))
  const links = new Map(parents.map(({ parent_no }) => [parent_no, new Map<number, ViewerRow>()]))
  for (const viewer of found) links.get(viewer.parent_no)?.set(viewer.student_no, viewer)
  return {
    children,
    of: (parent_no: number) => links.get(parent_no) as Map<number, ViewerRow>,
    childrenOf: (parent_no: number, which: (viewer: ViewerRow) => boolean) =>
      childrenToo([...(links.get(parent_no)?.values() ?? [])].filter(which).map((viewer) => children.get(viewer.student_no) as StudentRow)),
    touched(viewers: readonly ViewerRow[]) {
      const student_nos = [...new Set(viewers.map((viewer) => viewer.student_no))]
      const party_ids = [...new Set(student_nos.flatMap((student_no) => classIds(children.get(student_no) as StudentRow)))]
      return { student_nos, party_ids, entries: true }
    },
  }
}

/** Whoever gains or loses a parent, or has one changed, was changed too (page 92032). */
const childrenToo = (children: readonly StudentRow[]): ContactChange[] =>
  children.map((child) => ({ ChangeType: 'update_student', Id: child.student_userid }))

/** A child named twice is one child; the last relation stands. */
function familyOf(children: NewParent['children'], find: (userid: string) => StudentRow) {
  if (children.length === 0) throw new WireError('bad_request', 'children: expected 1-10 children, got none')
  const family = new Map<number, { child: StudentRow; relation: string }>()
  for (const { student_userid, relation = '' } of children) {
    if (Buffer.byteLength(relation) > 32) throw new WireError('bad_request', 'children.relation: expected at most 32 bytes')
    const child = find(student_userid)
    family.set(child.student_no, { child, relation })
  }
  return [...family.values()]
}

async function mobileRule(db: Db, corp_no: number, mobiles: readonly string[]) {
  const owners = new Map(
    (await db.all<{ parent_key: string; mobile: string }>(parentsByMobile(corp_no, mobiles))).map((row) => [row.mobile, row.parent_key]),
  )
  return (parent_key: string, mobile: string) => {
    checkMobile(mobile)
    const owner = owners.get(mobile)
    if (owner !== undefined && owner !== parent_key) throw new WireError('parent_mobile_exists', 'mobile: another parent has it')
    owners.set(mobile, parent_key)
    return mobile
  }
}
