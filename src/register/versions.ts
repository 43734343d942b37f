import { blockOf, blockSize } from '../attendance/pages/run.ts'
import { among, numbers, type Query, sql, verbatim } from '../store/sql.ts'

/**
 * What was written to lines is said here, in the same batch: the register's version moves, and with it that of the blocks the lines
 * lie in, by which every process knows what it may still believe of them.
 */

/** Something of the register changed, and no line of the missing. */
export const moveRegister = (corp_no: number, living_no: number) => sql`
  update register set version = version + 1 where corp_no = ${corp_no} and living_no = ${living_no}`

/** Lines of these viewers changed. The register first: it is locked until the end of the batch, so that versions are seen in their order. */
export const moveLines = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => [
  moveRegister(corp_no, living_no),
  sql`update register_block set version = ${versionOf(corp_no, living_no)}
    where corp_no = ${corp_no} and living_no = ${living_no}
      and ${among('block', [...new Set(viewer_nos.map(blockOf))])}`,
]

/** Any line may have changed. */
export const moveAllLines = (corp_no: number, living_no: number): Query[] => [
  moveRegister(corp_no, living_no),
  sql`update register_block set version = ${versionOf(corp_no, living_no)} where corp_no = ${corp_no} and living_no = ${living_no}`,
]

/** These lines, some of them perhaps new, have changed in registers whose version has moved: so have their blocks. */
export const moveBlocks = (which: Query) => sql`
  insert into register_block (corp_no, living_no, block, version)
  select distinct corp_no, living_no, viewer_no / ${verbatim(`${blockSize}`)},
    (select g.version from register g where g.corp_no = attendance.corp_no and g.living_no = attendance.living_no)
  from attendance
  where ${which} and viewer_no > 0
  on conflict (corp_no, living_no, block) do update set version = excluded.version`

/** The blocks of a register that is being opened, where the lines of these students and their parents lie. */
export const newBlocks = (corp_no: number, living_no: number, student_nos: readonly number[]) => sql`
  insert into register_block (corp_no, living_no, block, version)
  select distinct cast(${corp_no} as bigint), cast(${living_no} as bigint), v.viewer_no / ${verbatim(`${blockSize}`)}, 1
  from ${numbers('k', 'student_no', student_nos)}
  cross join viewer v
  where v.corp_no = ${corp_no} and v.student_no = k.student_no
  on conflict (corp_no, living_no, block) do nothing`

const versionOf = (corp_no: number, living_no: number) => sql`
    (select g.version from register g where g.corp_no = ${corp_no} and g.living_no = ${living_no})`
