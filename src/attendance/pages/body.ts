import { entryObject, type Kind, kindOf } from '../../register/entry.ts'
import { type Slice, sliceBytes } from './run.ts'

/** Bodies of the statistics calls, put together from serialised entries: no object is made of an entry on its way out. */

/** A page of entries by the name of the array they are answered in. */
export type StatPage = {
  readonly hasMore: boolean
  readonly cursor: string
  readonly entries: Readonly<Record<string, readonly string[]>>
}

/** A V2 body: `has_more`, `next_cursor`, and the arrays in `stat_info`. */
export const bodyV2 = ({ hasMore, cursor, entries }: StatPage): Buffer =>
  Buffer.from(`{"errcode":0,"errmsg":"ok","has_more":${hasMore ? 1 : 0},"next_cursor":"${cursor}","stat_info":${arraysOf(entries)}}`)

/** A V1 body: `ending`, which is the opposite of V2's `has_more`, `next_key`, and a container whose name depends on the call. */
export const bodyV1 = (container: 'stat_info' | 'stat_infoes', { hasMore, cursor, entries }: StatPage): Buffer =>
  Buffer.from(`{"errcode":0,"errmsg":"ok","ending":${hasMore ? 0 : 1},"next_key":"${cursor}","${container}":${arraysOf(entries)}}`)

const arraysOf = (entries: StatPage['entries']) =>
  `{${Object.entries(entries)
    .map(([name, some]) => `"${name}":[${some.map(entryObject).join()}]`)
    .join(',')}}`

export const ofKind = (entries: readonly string[], kind: Kind) => entries.filter((entry) => kindOf(entry) === kind)

/** The body of get_unwatch_stat_v2 (WeCom page 95795), copied out of slices in order. */
export function unwatchedBody(slices: readonly Slice[], hasMore: boolean, cursor: string): Buffer {
  const head = `{"errcode":0,"errmsg":"ok","has_more":${hasMore ? 1 : 0},"next_cursor":"${cursor}","stat_info":{"students":[`
  const between = '],"parents":['
  const end = ']}}'
  const length = slices.reduce((sum, slice) => sum + sliceBytes(slice), head.length + between.length + end.length)
  const body = Buffer.allocUnsafe(length)
  let at = body.write(head, 0, 'latin1')
  const copy = (kind: 'studentsEnd' | 'parentsEnd') => {
    const start = at
    for (const { run, from, to } of slices) at += run.bytes.copy(body, at, run[kind][from], run[kind][to])
    if (at > start) at-- // JSON has no comma after the last element
  }
  copy('studentsEnd')
  at += body.write(between, at, 'latin1')
  copy('parentsEnd')
  at += body.write(end, at, 'latin1')
  return body.subarray(0, at)
}
