import type { Db } from '../../store/db.ts'
import { changeRoster } from '../change.ts'
import { eachAlone, type Failure, peopleOf } from '../people.ts'
import type { ParentRow } from '../store_parents.ts'
import { writePeople } from '../write_people.ts'
import { childrenOf } from './children.ts'
import { parentIn } from './rules.ts'

/**
 * Deletes parents. Returns those who could not be deleted, each with the error. The rows of parents and of their viewers stay, with
 * `active` 0. WeCom page 92332.
 */
export const deleteParents = (db: Db, corp_no: number, userids: readonly string[], now: number) =>
  changeRoster<Failure[]>(db, corp_no, now, async () => {
    const people = await peopleOf(db, corp_no, userids)
    const known = await childrenOf(db, corp_no, [...people.parents.values()])
    const deleted: ParentRow[] = []
    const failures = eachAlone(
      userids,
      (userid) => userid,
      (userid) => {
        const parent = { ...parentIn(people, userid, 'userid'), active: 0 }
        people.parents.delete(parent.parent_key)
        deleted.push(parent)
      },
    )
    if (deleted.length === 0) return { answer: failures, queries: [] }
    const viewers = deleted.flatMap((parent) => [...known.viewersOf(parent.parent_no).values()]).map((viewer) => ({ ...viewer, active: 0 }))
    return {
      answer: failures,
      queries: writePeople(corp_no, [], deleted, viewers),
      touched: known.touchedBy(viewers),
      events: [
        ...deleted.map((each) => ({ ChangeType: 'delete_parent' as const, Id: each.parent_userid })),
        ...deleted.flatMap((each) => known.eventsOf(each.parent_no, (viewer) => viewer.active === 1)),
      ],
    }
  })
