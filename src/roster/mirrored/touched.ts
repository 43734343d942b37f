import type { Touched } from '../../register/refresh.ts'
import type { Db } from '../../store/db.ts'
import { classIds } from '../people.ts'
import { type StudentRow, studentsByNumber } from '../store_students.ts'

/** Whose registers change: these students, in the classes they have now and in the classes of their new rows `after`. */
export async function touchedBy(db: Db, corp_no: number, student_nos: readonly number[], after: readonly StudentRow[]): Promise<Touched> {
  const before = await db.all<StudentRow>(studentsByNumber(corp_no, student_nos))
  return { student_nos, party_ids: [...new Set([...before, ...after].flatMap(classIds))], entries: true }
}
