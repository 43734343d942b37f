import { among, numbers, type Query, sql, verbatim } from '../store/sql.ts'
import { blockOf, blockSize } from './block.ts'

/**
 * Versions for cache invalidation. Whoever writes lines bumps, in the same batch, the register's version and gives that version to the
 * blocks the lines lie in. A process compares them with the versions of what it has cached.
 */

/** Bumps the register's version: something of it changed, but no line of the missing. */
export const bumpRegister = (corp_no: number, living_no: number) => sql`
  update register set version = version + 1 where corp_no = ${corp_no} and living_no = ${living_no}`

/** The lines of these viewers changed. The register is updated first and stays locked until the commit, so that versions become visible in order. */
export const bumpLines = (corp_no: number, living_no: number, viewer_nos: readonly number[]): Query[] => [
  bumpRegister(corp_no, living_no),
  sql`update register_block set version = ${versionOf(corp_no, living_no)}
    where corp_no = ${corp_no} and living_no = ${living_no}
      and ${among('block', [...new Set(viewer_nos.map(blockOf))])}`,
]

/** Any line may have changed. */
export const bumpAllLines = (corp_no: number, living_no: number): Query[] => [
  bumpRegister(corp_no, living_no),
  sql`update register_block set version = ${versionOf(corp_no, living_no)} where corp_no = ${corp_no} and living_no = ${living_no}`,
]

/**
 * Gives the blocks of some lines, new ones among them perhaps, the version of their register. To be put behind the statement that bumps it.
 *
 * @param which a condition on `attendance`, whose registers' versions have been bumped
 */
export const bumpBlocks = (which: Query) => sql`
  insert into register_block (corp_no, living_no, block, version)
  select distinct corp_no, living_no, viewer_no / ${verbatim(`${blockSize}`)},
    (select g.version from register g where g.corp_no = attendance.corp_no and g.living_no = attendance.living_no)
  from attendance
  where ${which} and viewer_no > 0
  on conflict (corp_no, living_no, block) do update set version = excluded.version`

/** The blocks that the lines of these students and their parents lie in, for a register that is being opened. */
export const newBlocks = (corp_no: number, living_no: number, student_nos: readonly number[]) => sql`
  insert into register_block (corp_no, living_no, block, version)
  select distinct cast(${corp_no} as bigint), cast(${living_no} as bigint), v.viewer_no / ${verbatim(`${blockSize}`)}, 1
  from ${numbers('k', 'student_no', student_nos)}
  cross join viewer v
  where v.corp_no = ${corp_no} and v.student_no = k.student_no
  on conflict (corp_no, living_no, block) do nothing`

const versionOf = (corp_no: number, living_no: number) => sql`
    (select g.version from register g where g.corp_no = ${corp_no} and g.living_no = ${living_no})`
