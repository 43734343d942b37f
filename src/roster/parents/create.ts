import type { Db } from '../../store/db.ts'
import type { Input } from '../../wire/endpoint.ts'
import type { Table } from '../../wire/table.ts'
import { changeRoster } from '../change.ts'
import { checkIdIsFree, checkUserid, classIds, eachAlone, type Failure, keyOf, nextNumbers, peopleOf } from '../people.ts'
import type { ParentRow } from '../store_parents.ts'
import { writePeople } from '../write_people.ts'
import { childEvents } from './children.ts'
import { type Child, childrenIn, parentCapacityRule, parentMobileRule } from './rules.ts'

type NewParent = Input<Table['createParent']>

/**
 * Creates those parents who can be created. Returns the others, each with the error. A userid whose owner was deleted can be
 * given again: to a new parent, with a new number and without the earlier stays. `capacity`: how many parents the school may have, 0
 * for any number. WeCom pages 92331, 92334.
 */
export const createParents = (db: Db, corp_no: number, asked: readonly NewParent[], now: number, capacity = 0) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const userids = asked.flatMap((each) => [each.parent_userid, ...each.children.map((child) => child.student_userid)])
    const people = await peopleOf(db, corp_no, userids)
    const checkedMobile = await parentMobileRule(
      db,
      corp_no,
      asked.map((each) => each.mobile),
    )
    const takePlace = await parentCapacityRule(db, corp_no, capacity)
    const next = await nextNumbers(db, corp_no)
    const parents: ParentRow[] = []
    const pairs: (Child & { parent_no: number })[] = []
    const failures = eachAlone(
      asked,
      (each) => each.parent_userid,
      (each) => {
        checkUserid('parent_userid', each.parent_userid)
        checkIdIsFree(people, 'parent_userid', each.parent_userid)
        const children = childrenIn(people, each.children)
        const parent_key = keyOf(each.parent_userid)
        const mobile = checkedMobile(parent_key, each.mobile)
        takePlace()
        const parent_no = next('parent_no')
        const { parent_userid } = each
        const parent = { parent_no, parent_userid, parent_key, ...mobile, is_subscribe: 0, renamed: 0, active: 1 }
        people.parents.set(parent_key, parent)
        parents.push(parent)
        pairs.push(...children.map((child) => ({ ...child, parent_no })))
      },
    )
    if (parents.length === 0) return { answer: failures, queries: [] }
    const viewers = pairs.map(({ parent_no, child: { student_no }, relation }) => {
      return { viewer_no: next('viewer_no'), student_no, parent_no, relation, active: 1 }
    })
    const children = pairs.map(({ child }) => child)
    return {
      answer: failures,
      queries: writePeople(corp_no, [], parents, viewers, people.left),
      touched: {
        student_nos: [...new Set(children.map((child) => child.student_no))],
        party_ids: [...new Set(children.flatMap(classIds))],
        entries: true,
      },
      events: [...parents.map((each) => ({ ChangeType: 'create_parent' as const, Id: each.parent_userid })), ...childEvents(children)],
    }
  })
