import { keyOf, type nextNumbers } from './people.ts'
import { type ParentRow, putMembers, putParents, putStudents, putViewers, type StudentRow, type ViewerRow } from './store.ts'
import { classIds } from './students.ts'

/** What another host says of people, as rows. Its word is taken as it is; what it does not say stays as it is here. */
export type HostParent = { parent_userid: string; relation: string; mobile?: string; is_subscribe: number }
export type HostStudent = {
  student_userid: string
  name: string
  department: readonly number[]
  mobile?: string
  /** WeCom says it of parents alone */
  is_subscribe?: number
  parents: readonly HostParent[]
}

export const pair = ({ student_no, parent_no }: { student_no: number; parent_no: number }) => `${student_no} ${parent_no}`
type Next = Awaited<ReturnType<typeof nextNumbers>>

export const studentOf = (host: HostStudent, known: StudentRow | undefined, next: Next): StudentRow => ({
  student_no: known?.student_no ?? next('student_no'),
  student_userid: host.student_userid,
  student_key: keyOf(host.student_userid),
  name: host.name,
  mobile: host.mobile || (known?.mobile ?? null),
  partyids: [...new Set(host.department)].sort((a, b) => a - b).join(','),
  is_subscribe: host.is_subscribe ?? known?.is_subscribe ?? 1,
  renamed: known?.renamed ?? 0,
  active: 1,
})

export const parentOf = (host: HostParent, known: ParentRow | undefined, next: Next): ParentRow => ({
  parent_no: known?.parent_no ?? next('parent_no'),
  parent_userid: host.parent_userid,
  parent_key: keyOf(host.parent_userid),
  mobile: host.mobile || (known?.mobile ?? ''), // a third-party app is not shown it
  is_subscribe: host.is_subscribe,
  renamed: known?.renamed ?? 0,
  active: 1,
})

export const linksOf = ({ student_no }: StudentRow, host: HostStudent, parents: ReadonlyMap<string, ParentRow>) => [
  { student_no, parent_no: 0, relation: '', active: 1 },
  ...host.parents.map(({ parent_userid, relation }) => {
    const { parent_no } = parents.get(keyOf(parent_userid)) as ParentRow
    return { student_no, parent_no, relation: relation ?? '', active: 1 }
  }),
]

export const written = (corp_no: number, students: readonly StudentRow[], parents: readonly ParentRow[], viewers: readonly ViewerRow[]) => [
  ...(students.length
    ? [
        putStudents(corp_no, students),
        ...putMembers(
          corp_no,
          students.map((each) => each.student_no),
          students.flatMap((each) => classIds(each).map((party_id) => [party_id, each.student_no] as const)),
        ),
      ]
    : []),
  ...(parents.length ? [putParents(corp_no, parents)] : []),
  ...(viewers.length ? [putViewers(corp_no, viewers)] : []),
]
