import type { Db } from '../store/db.ts'
import { changeRoster } from './change.ts'
import { pair, parentOf, studentOf, written } from './mirrored_rows.ts'
import { keyOf, nextNumbers, peopleOf } from './people.ts'
import { type ParentRow, type StudentRow, type ViewerRow, viewersOf } from './store.ts'

export type Listed = { student_userid: string; parent_userid?: string | undefined }

/** Whom a list names and the contacts do not show, or no longer: kept as people who have left, so that the list stands whole. */
export const keepListed = (db: Db, corp_no: number, listed: readonly Listed[], now: number) =>
  changeRoster(db, corp_no, now, async () => {
    const people = await peopleOf(
      db,
      corp_no,
      listed.flatMap((each) => [each.student_userid, each.parent_userid ?? []].flat()),
    )
    const next = await nextNumbers(db, corp_no)
    const students = new Map<string, StudentRow>()
    const parents = new Map<string, ParentRow>()
    for (const { student_userid, parent_userid } of listed) {
      const host = { student_userid, name: '', department: [], parents: [] }
      const key = keyOf(student_userid)
      if (!people.students.has(key) && !students.has(key)) students.set(key, { ...studentOf(host, undefined, next), active: 0 })
      if (parent_userid === undefined) continue
      const parent = { parent_userid, relation: '', is_subscribe: 1 }
      const parentKey = keyOf(parent_userid)
      if (!people.parents.has(parentKey) && !parents.has(parentKey))
        parents.set(parentKey, { ...parentOf(parent, undefined, next), active: 0 })
    }
    const studentNo = (key: string) => ((people.students.get(key) ?? students.get(key)) as StudentRow).student_no
    const parentNo = (key: string) => ((people.parents.get(key) ?? parents.get(key)) as ParentRow).parent_no
    const wanted = new Map<string, Omit<ViewerRow, 'viewer_no'>>()
    for (const { student_userid, parent_userid } of listed) {
      const student_no = studentNo(keyOf(student_userid))
      const own = { student_no, parent_no: 0, relation: '', active: 0 }
      wanted.set(pair(own), own)
      const link = { ...own, parent_no: parent_userid === undefined ? 0 : parentNo(keyOf(parent_userid)) }
      wanted.set(pair(link), link)
    }
    const nos = [...new Set([...wanted.values()].map((row) => row.student_no))]
    const known = new Set((await db.all<ViewerRow>(viewersOf(corp_no, 'student_no', nos))).map(pair))
    const viewers = [...wanted].filter(([key]) => !known.has(key)).map(([, row]) => ({ viewer_no: next('viewer_no'), ...row }))
    return { answer: viewers.length, queries: written(corp_no, [...students.values()], [...parents.values()], viewers) }
  })
