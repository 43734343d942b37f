import { createHash } from 'node:crypto'
import { FileError } from '../sheets/file_error.ts'
import { type Field, fields, plainHeader } from './headers.ts'

/** Which field stands in the column with which header, for files whose headers are not known. */
export type Mapping = Readonly<Partial<Record<Field, string>>>

/**
 * Parses a mapping such as `name=姓名,enter=进入时间,leave=离开时间`. Throws `FileError` where a part is no field and header, and what `checkedMapping`
 * throws.
 */
export function parseMapping(text: string): Mapping {
  const mapping: Partial<Record<Field, string>> = {}
  for (const part of text.split(/[,，](?=\s*\w+\s*=)/)) {
    const [, name = '', header = ''] = /^\s*(\w+)\s*=\s*(.+?)\s*$/s.exec(part) ?? []
    if (!(fields as readonly string[]).includes(name) || plainHeader(header) === '')
      throw new FileError(
        `mapping: expected parts like name=姓名, with one of ${fields.join(', ')}, got ${JSON.stringify(part.slice(0, 80))}`,
        `对应关系：每一部分写成 name=姓名，左边是 ${fields.join('、')} 之一；现在是 ${JSON.stringify(part.slice(0, 80))}`,
      )
    mapping[name as Field] = header
  }
  return checkedMapping(mapping)
}

/** Returns a mapping. Throws `FileError` where it does not say who a row is and when, or how long, somebody was there. */
export function checkedMapping(mapping: Mapping): Mapping {
  const says = (...some: Field[]) => some.some((field) => mapping[field] !== undefined)
  if (!says('name', 'email', 'userid', 'number', 'mobile') || !says('enter', 'duration'))
    throw new FileError(
      'mapping: expected a column that says who it is (name, email, userid, number or mobile), and enter or duration',
      '对应关系：要有一列说明是谁（姓名、邮箱、账号、学号或手机），以及进入时间或时长',
    )
  return mapping
}

/** A mapping as `parseMapping` reads it. */
export const mappingText = (mapping: Mapping): string =>
  fields.flatMap((field) => (mapping[field] === undefined ? [] : [`${field}=${mapping[field]}`])).join(',')

/** What a mapping is remembered by: a hash of the row of headers, as `plainHeader` writes them. */
export const headerHash = (cells: readonly string[]) =>
  createHash('sha256').update(cells.map(plainHeader).join('\n').replace(/\n+$/, '')).digest('base64url')
