import { rows, sql } from '../store/sql.ts'

/** A list of texts as rows of one column `key` under the alias `k`, to stand after `from`. */
export const keyRows = (keys: readonly string[]) =>
  rows(
    'k',
    { key: 'text' },
    keys.map((key) => [key]),
  )

/**
 * Frees these keys (userids in lower case) of deleted students, or of deleted parents, for new people: the deleted row's key becomes
 * "li#LEFT7", with its number. A key that is looked up is in lower case, so that nobody finds a retired one.
 */
export const retireKeys = (corp_no: number, who: 'student' | 'parent', keys: readonly string[]) =>
  who === 'student'
    ? sql`update student set student_key = student_key || '#LEFT' || cast(student_no as text)
        where corp_no = ${corp_no} and active = 0 and student_key in (select key from ${keyRows(keys)})`
    : sql`update parent set parent_key = parent_key || '#LEFT' || cast(parent_no as text)
        where corp_no = ${corp_no} and active = 0 and parent_key in (select key from ${keyRows(keys)})`
