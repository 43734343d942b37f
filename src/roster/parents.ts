import type { Db } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { checkIdIsFree, checkMobile, checkUserid, eachAlone, type Failure, keyOf, nextNumbers, peopleOf } from './people.ts'
import { type ParentRow, parentsByMobile, putParents, putViewers, type StudentRow, type ViewerRow, viewersOf } from './store.ts'
import { classIds, studentIn } from './students.ts'

type NewParent = Input<Table['createParent']>

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
    }
  })

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
