import type { Client } from '../../client/client.ts'
import type { ReadOptions } from './living.ts'

/** Number of classes read at the same time. WeCom limits the concurrent calls of a corp (errcode 45033). */
const concurrency = 4

/**
 * Reads the school contacts (WeCom pages 92343 and 92338) of the classes in a living's range; an empty range means the whole school.
 * Returns the names of departments by partyid, the names of students, and how a parent is related to a student ("妈妈").
 */
export async function readContacts(
  client: Client,
  rangePartyids: readonly number[],
  { signal, onProgress }: Pick<ReadOptions, 'signal' | 'onProgress'>,
) {
  const { departments } = await client.departmentList({}, { signal })
  const parentByDepartment = new Map(departments.map(({ id, parentid }) => [id, parentid]))
  const isInRange = (department: number): boolean => {
    for (let id: number | undefined = department; id !== undefined && id !== 0; id = parentByDepartment.get(id))
      if (rangePartyids.includes(id)) return true
    return rangePartyids.length === 0
  }
  const classIds = departments.filter(({ id, type }) => type === 1 && isInRange(id)).map(({ id }) => id)
  const namesByStudent = new Map<string, string>()
  const relationsByPair = new Map<string, string>()
  let done = 0
  const waiting = classIds.values()
  const readClasses = async () => {
    for (const department_id of waiting) {
      const { students } = await client.userList({ department_id }, { signal })
      for (const student of students) {
        namesByStudent.set(student.student_userid.toLowerCase(), student.name)
        for (const { parent_userid, relation } of student.parents)
          relationsByPair.set(pairKey(student.student_userid, parent_userid), relation)
      }
      onProgress(++done, classIds.length, `${done}/${classIds.length}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, readClasses))
  return {
    namesByPartyid: new Map(departments.map(({ id, name }) => [id, name])),
    nameOf: (student_userid: string) => namesByStudent.get(student_userid.toLowerCase()) ?? '',
    relationOf: (student_userid: string, parent_userid: string) => relationsByPair.get(pairKey(student_userid, parent_userid)),
  }
}

/** Userids are case-insensitive. */
const pairKey = (student_userid: string, parent_userid: string) => `${student_userid}\n${parent_userid}`.toLowerCase()
