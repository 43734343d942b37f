import { type ContactChange, updated } from '../../events/tell.ts'
import { renameLines } from '../../register/lines.ts'
import type { Db } from '../../store/db.ts'
import type { Query } from '../../store/sql.ts'
import type { Input } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { checkRename, eachAlone, type Failure, keyOf, type NextNumber, nextNumbers, type People, peopleOf } from '../people.ts'
import type { ViewerRow } from '../store_households.ts'
import type { ParentRow } from '../store_parents.ts'
import { writePeople } from '../write_people.ts'
import { childrenOf } from './children.ts'
import { type Child, childrenIn, parentIn, parentMobileRule } from './rules.ts'

type ChangedParent = Input<Table['updateParent']>

/**
 * Changes those parents who can be changed. Returns the others, each with the error. A userid can be changed once. Children that are
 * given replace all children the parent has; an empty list changes no child. WeCom page 92333.
 */
export const updateParents = (db: Db, corp_no: number, asked: readonly ChangedParent[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const people = await peopleOf(db, corp_no, asked.flatMap(useridsIn))
    const checkedMobile = await parentMobileRule(
      db,
      corp_no,
      asked.flatMap((each) => each.mobile ?? []),
    )
    const known = await childrenOf(db, corp_no, [...people.parents.values()])
    const next = await nextNumbers(db, corp_no)
    const parents = new Map<number, ParentRow>()
    const viewers = new Map<number, ViewerRow>()
    const renames: Query[] = []
    const events: ContactChange[] = []
    const failures = eachAlone(
      asked,
      (each) => each.parent_userid,
      (each) => {
        const old = parentIn(people, each.parent_userid, 'parent_userid')
        const children = each.children?.length ? childrenIn(people, each.children) : undefined
        const parent = {
          ...old,
          ...renamed(people, old, each.new_parent_userid),
          ...(each.mobile !== undefined && checkedMobile(old.parent_key, each.mobile, old.mobile)),
        }
        people.parents.delete(old.parent_key)
        people.parents.set(parent.parent_key, parent)
        parents.set(parent.parent_no, parent)
        events.push(updated('update_parent', old.parent_userid, parent.parent_userid))
        const own = known.viewersOf(parent.parent_no)
        renames.push(...renamesOf(corp_no, own, old, parent))
        if (!children) return
        for (const viewer of replacedChildren(own, parent.parent_no, children, next)) viewers.set(viewer.viewer_no, viewer)
        for (const { child } of children) known.childByNo.set(child.student_no, child)
      },
    )
    if (parents.size === 0) return { answer: failures, queries: [] }
    return {
      answer: failures,
      queries: [...writePeople(corp_no, [], [...parents.values()], [...viewers.values()]), ...renames],
      touched: known.touchedBy([...viewers.values()]),
      events: [
        ...events,
        ...[...parents.keys()].flatMap((no) => known.eventsOf(no, (viewer) => viewer.active === 1 || viewers.has(viewer.viewer_no))),
      ],
    }
  })

const useridsIn = ({ parent_userid, new_parent_userid, children = [] }: ChangedParent) => [
  parent_userid,
  ...(new_parent_userid === undefined ? [] : [new_parent_userid]),
  ...children.map((child) => child.student_userid),
]

/** The columns that change with the userid; none where the userid stays. Throws a `WireError` where it must not be changed. */
function renamed(people: People, old: ParentRow, userid: string | undefined) {
  if (userid === undefined || userid === old.parent_userid) return {}
  checkRename(people, 'new_parent_userid', old.parent_userid, old.renamed, userid)
  return { parent_userid: userid, parent_key: keyOf(userid), renamed: 1 }
}

/** Statements that write a new userid into the register lines of the parent's viewers; none where the userid stays. */
function renamesOf(corp_no: number, own: ReadonlyMap<number, ViewerRow>, old: ParentRow, parent: ParentRow): Query[] {
  if (parent.parent_userid === old.parent_userid) return []
  const viewer_nos = [...own.values()].map((viewer) => viewer.viewer_no)
  return renameLines(corp_no, viewer_nos, 'parent_userid', old.parent_userid, parent.parent_userid)
}

/**
 * The viewer rows to write so that `children` are all children of a parent: the other active viewers end. Updates `own`, the
 * parent's viewers by student number, for a later item of the batch that names the same parent.
 */
function replacedChildren(own: Map<number, ViewerRow>, parent_no: number, children: readonly Child[], next: NextNumber): ViewerRow[] {
  const ended = [...own.values()].filter((viewer) => viewer.active).map((viewer) => ({ ...viewer, active: 0 }))
  for (const viewer of ended) own.set(viewer.student_no, viewer)
  const started = children.map(({ child: { student_no }, relation }) => {
    const viewer_no = own.get(student_no)?.viewer_no ?? next('viewer_no')
    return { viewer_no, student_no, parent_no, relation, active: 1 }
  })
  for (const viewer of started) own.set(viewer.student_no, viewer)
  return [...ended, ...started]
}
