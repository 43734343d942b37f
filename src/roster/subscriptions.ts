import type { Db } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { childrenOfParents } from './children.ts'
import { classIds, keyOf, peopleOf } from './people.ts'
import { setSubscribed } from './store_subscriptions.ts'

type Flag = readonly [userid: string, is_subscribe: number]

/**
 * Sets who is subscribed to the school's notices (「学校通知」), for students and parents separately. Returns the userids that no
 * active student, or no active parent, has. Where a call names a userid twice, the last value counts.
 */
export const setSubscriptions = (db: Db, corp_no: number, asked: Input<Table['subscriptions']>, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const studentFlags = (asked.students ?? []).map((each): Flag => [each.student_userid, Number(each.is_subscribe)])
    const parentFlags = (asked.parents ?? []).map((each): Flag => [each.parent_userid, Number(each.is_subscribe)])
    const people = await peopleOf(
      db,
      corp_no,
      [...studentFlags, ...parentFlags].map(([userid]) => userid),
    )
    const students = matched(studentFlags, people.students)
    const parents = matched(parentFlags, people.parents)
    const children = await childrenOfParents(db, corp_no, parents.rows)
    const touched = [...new Map([...students.rows, ...children].map((row) => [row.student_no, row])).values()]
    return {
      answer: { invalid_student_userid: students.invalid, invalid_parent_userid: parents.invalid },
      queries: [
        ...(students.flags.length ? [setSubscribed(corp_no, 'student', students.flags)] : []),
        ...(parents.flags.length ? [setSubscribed(corp_no, 'parent', parents.flags)] : []),
      ],
      touched: { student_nos: touched.map((row) => row.student_no), party_ids: [...new Set(touched.flatMap(classIds))], entries: false },
      // WeCom reports subscriptions of parents alone, and only those that have changed
      events: parents.rows
        .filter((row, index) => row.is_subscribe !== parents.flags[index]?.[1])
        .map((row) => ({ ChangeType: row.is_subscribe ? ('unsubscribe' as const) : ('subscribe' as const), Id: row.parent_userid })),
    }
  })

/** The last flag of each active person, the rows of those people in the same order, and the userids that nobody active has. */
function matched<Row>(asked: readonly Flag[], rowsByKey: ReadonlyMap<string, Row>) {
  const isActive = (userid: string) => rowsByKey.has(keyOf(userid))
  const flagByKey = new Map(asked.filter(([userid]) => isActive(userid)).map(([userid, flag]) => [keyOf(userid), flag]))
  return {
    flags: [...flagByKey],
    rows: [...flagByKey.keys()].map((key) => rowsByKey.get(key) as Row),
    invalid: [...new Set(asked.map(([userid]) => userid).filter((userid) => !isActive(userid)))],
  }
}
