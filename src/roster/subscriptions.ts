import type { Db } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import type { Table } from '../wire/table.ts'
import { changeRoster } from './change.ts'
import { keyOf, peopleOf } from './people.ts'
import { type StudentRow, setSubscribed, studentsByNumber, type ViewerRow, viewersOf } from './store.ts'
import { classIds } from './students.ts'

/** Who follows 「学校通知」, for students and parents each on their own. The last word on an id in one call counts. */
export const setSubscriptions = (db: Db, corp_no: number, asked: Input<Table['subscriptions']>, now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const students = (asked.students ?? []).map((each) => [each.student_userid, Number(each.is_subscribe)] as const)
    const parents = (asked.parents ?? []).map((each) => [each.parent_userid, Number(each.is_subscribe)] as const)
    const people = await peopleOf(
      db,
      corp_no,
      [...students, ...parents].map(([userid]) => userid),
    )
    const known = <Row extends { active: number }>(said: readonly (readonly [userid: string, flag: number])[], on: Map<string, Row>) => {
      const isKnown = (userid: string) => on.get(keyOf(userid))?.active === 1
      const flags = new Map(said.filter(([userid]) => isKnown(userid)).map(([userid, flag]) => [keyOf(userid), flag]))
      return {
        flags: [...flags],
        rows: [...flags.keys()].map((key) => on.get(key) as Row),
        invalid: [...new Set(said.map(([userid]) => userid).filter((userid) => !isKnown(userid)))],
      }
    }
    const ofStudents = known(students, people.students)
    const ofParents = known(parents, people.parents)
    const viewers = await db.all<ViewerRow>(
      viewersOf(
        corp_no,
        'parent_no',
        ofParents.rows.map((row) => row.parent_no),
      ),
    )
    const children = await db.all<StudentRow>(studentsByNumber(corp_no, [...new Set(viewers.map((viewer) => viewer.student_no))]))
    const touched = [...new Map([...ofStudents.rows, ...children].map((row) => [row.student_no, row])).values()]
    return {
      answer: { invalid_student_userid: ofStudents.invalid, invalid_parent_userid: ofParents.invalid },
      queries: [
        ...(ofStudents.flags.length ? [setSubscribed(corp_no, 'student', ofStudents.flags)] : []),
        ...(ofParents.flags.length ? [setSubscribed(corp_no, 'parent', ofParents.flags)] : []),
      ],
      touched: { student_nos: touched.map((row) => row.student_no), party_ids: [...new Set(touched.flatMap(classIds))], entries: false },
      // of parents alone, and only where it changed
      events: ofParents.rows
        .filter((row, index) => row.is_subscribe !== ofParents.flags[index]?.[1])
        .map((row) => ({ ChangeType: row.is_subscribe ? ('unsubscribe' as const) : ('subscribe' as const), Id: row.parent_userid })),
    }
  })
