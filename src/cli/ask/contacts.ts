import type { Client } from '../../client/client.ts'
import type { Ask } from './lesson.ts'

/** Classes read at the same time: the official limit counts concurrent calls of a corp (45033). */
const atOnce = 4

/** Names of the classes in a range and of their students, and who their parents are: pages 92343 and 92338. */
export async function contactsOf(client: Client, range: readonly number[], { signal, told }: Ask) {
  const { departments } = await client.departmentList({}, { signal })
  const parents = new Map(departments.map(({ id, parentid }) => [id, parentid]))
  const isInRange = (id: number): boolean => {
    for (let each: number | undefined = id; each !== undefined && each !== 0; each = parents.get(each))
      if (range.includes(each)) return true
    return range.length === 0
  }
  const classes = departments.filter(({ id, type }) => type === 1 && isInRange(id)).map(({ id }) => id)
  const names = new Map<string, string>()
  const relations = new Map<string, string>()
  let done = 0
  const waiting = classes.values()
  const reader = async () => {
    for (const department_id of waiting) {
      const { students } = await client.userList({ department_id }, { signal })
      for (const student of students) {
        names.set(student.student_userid.toLowerCase(), student.name)
        for (const { parent_userid, relation } of student.parents) relations.set(pair(student.student_userid, parent_userid), relation)
      }
      told(++done, classes.length, `${done}/${classes.length}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, reader))
  return {
    classNames: new Map(departments.map(({ id, name }) => [id, name])),
    nameOf: (student_userid: string) => names.get(student_userid.toLowerCase()) ?? '',
    relationOf: (student_userid: string, parent_userid: string) => relations.get(pair(student_userid, parent_userid)),
  }
}

const pair = (student_userid: string, parent_userid: string) => `${student_userid}\n${parent_userid}`.toLowerCase()
