/** A page of a statistics call as its finished body: lines are kept as text, so that no object is made of them on the way out. */
export type Stat = {
  /** whether more follow */
  readonly more: boolean
  readonly cursor: string
  /** the arrays of the container: lines as text, without their braces */
  readonly arrays: Readonly<Record<string, readonly string[]>>
}

/** V2: has_more, next_cursor, stat_info. */
export const bodyV2 = ({ more, cursor, arrays }: Stat): Buffer =>
  Buffer.from(`{"errcode":0,"errmsg":"ok","has_more":${more ? 1 : 0},"next_cursor":"${cursor}","stat_info":${container(arrays)}}`)

/** V1: ending (the other way round), next_key, and a container whose name depends on the call. */
export const bodyV1 = (name: 'stat_info' | 'stat_infoes', { more, cursor, arrays }: Stat): Buffer =>
  Buffer.from(`{"errcode":0,"errmsg":"ok","ending":${more ? 0 : 1},"next_key":"${cursor}","${name}":${container(arrays)}}`)

const container = (arrays: Stat['arrays']) =>
  `{${Object.entries(arrays)
    .map(([name, lines]) => `"${name}":${lines.length ? `[{${lines.join('},{')}}]` : '[]'}`)
    .join(',')}}`

/** Whose line it is: the text begins with the field that tells, "parent_userid", "nickname" or "student_userid". */
export const kindOf = (entry: string): 'student' | 'parent' | 'visitor' =>
  entry[1] === 'p' ? 'parent' : entry[1] === 'n' ? 'visitor' : 'student'

export const ofKind = (entries: readonly string[], kind: ReturnType<typeof kindOf>) => entries.filter((entry) => kindOf(entry) === kind)
