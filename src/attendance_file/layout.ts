import { inTurns } from '../event_loop.ts'
import { FileError } from '../sheets/file_error.ts'
import { type Fact, type Field, factOf, fieldOf, fields, isSummaryHeader, plainHeader, sourceOfHeaders, unitOf } from './headers.ts'
import type { Mapping } from './mapping.ts'
import type { SheetRow } from './read.ts'

/** Which column, counted from 0, holds which field, and what the file calls the column. */
export type Columns = {
  readonly indexes: Readonly<Partial<Record<Field, number>>>
  readonly headers: Readonly<Partial<Record<Field, string>>>
  /** whether a row is a person with the first entry and the last exit, and not one visit */
  readonly isSummary: boolean
  /** seconds of the unit in which durations are given, where the header names it */
  readonly durationUnit: number | undefined
}

/** A table of people within a file, without its row of headers. */
export type Block = { readonly columns: Columns; readonly rows: readonly SheetRow[] }

/** What a file holds: tables of people, and what it says of the meeting. */
export type Layout = {
  readonly blocks: readonly Block[]
  readonly facts: Readonly<Partial<Record<Fact, string>>>
  /** the product that wrote the file, or `file` */
  readonly source: string
  readonly unreadColumns: readonly string[]
}

const identityFields: readonly Field[] = ['name', 'email', 'userid', 'number', 'mobile']

/**
 * Finds the tables of people in a file: Zoom's report has rows about the meeting first, Teams' has three tables one under another, and that of
 * 腾讯会议 has a sheet for each.
 *
 * @param mappingOf returns the mapping for a row of headers, where one is given or remembered
 * @throws FileError where no row has headers that are known or mapped
 */
export async function layoutOf(rows: readonly SheetRow[], mappingOf: (cells: readonly string[]) => Mapping | undefined): Promise<Layout> {
  const reader = layoutReader(mappingOf)
  for await (const some of inTurns(rows, 1000)) some.forEach(reader.read)
  const { blocks, facts, headers } = reader
  if (blocks.length === 0) throw new UnknownColumnsError(widestOf(rows.slice(0, rowsWithHeaders)))
  const read = new Set(blocks.flatMap(({ columns }) => Object.values(columns.headers)))
  const unreadColumns = [...new Set(headers.map((header) => header.slice(0, 100)))].filter((header) => header !== '' && !read.has(header))
  return { blocks, facts, source: sourceOfHeaders(headers), unreadColumns }
}

/** Rows at the beginning of a sheet, and below a title within it, among which headers are sought. */
export const rowsWithHeaders = 50
const rowsBelowTitle = 3

function layoutReader(mappingOf: (cells: readonly string[]) => Mapping | undefined) {
  const blocks: { columns: Columns; rows: SheetRow[] }[] = []
  const facts: Partial<Record<Fact, string>> = {}
  const headers: string[] = []
  let block: (typeof blocks)[number] | undefined
  let sheet = -1
  let sought = 0
  let factColumns: readonly (Fact | undefined)[] | undefined

  function columnsFor(cells: readonly string[]): Columns | undefined {
    if (sought-- <= 0) return undefined
    const mapping = mappingOf(cells)
    return mapping ? columnsByMapping(cells, mapping) : columnsOf(cells)
  }

  function read(row: SheetRow): void {
    if (row.sheet !== sheet) {
      sheet = row.sheet
      block = undefined
      factColumns = undefined
      sought = rowsWithHeaders
    }
    const isTitle = row.cells.filter(Boolean).length === 1
    if (isTitle) sought = Math.max(sought, rowsBelowTitle)
    const columns = columnsFor(row.cells)
    if (columns) {
      block = { columns, rows: [] }
      blocks.push(block)
      headers.push(...row.cells)
    } else if (!block) factColumns = readFacts(row.cells, factColumns, facts)
    else if (!isTitle) block.rows.push(row)
  }
  return { read, blocks, facts, headers }
}

/** The columns of a row of headers in the words of a known product; undefined where the row is none. */
function columnsOf(cells: readonly string[]): Columns | undefined {
  const found = cells.map(fieldOf)
  const hasField = (field: Field) => found.includes(field)
  const isOfMeeting = cells.some((cell) => factOf(cell) === 'topic')
  if (!identityFields.some(hasField) || !(hasField('enter') || (hasField('duration') && !isOfMeeting))) return undefined
  return columnsAt(cells, (field) => found.indexOf(field))
}

/** The columns of a row of headers that somebody has mapped; undefined where one of the headers is not in the row. */
export function columnsByMapping(cells: readonly string[], mapping: Mapping): Columns | undefined {
  const plain = cells.map(plainHeader)
  const indexOf = (field: Field) => (mapping[field] === undefined ? -1 : plain.indexOf(plainHeader(mapping[field])))
  if (fields.some((field) => mapping[field] !== undefined && indexOf(field) < 0)) return undefined
  return columnsAt(cells, indexOf)
}

function columnsAt(cells: readonly string[], indexOf: (field: Field) => number): Columns {
  const indexes: Partial<Record<Field, number>> = {}
  const headers: Partial<Record<Field, string>> = {}
  for (const field of fields) {
    const index = indexOf(field)
    if (index < 0) continue
    indexes[field] = index
    headers[field] = (cells[index] as string).slice(0, 100)
  }
  const isSummary = isSummaryHeader(headers.enter ?? '') || isSummaryHeader(headers.leave ?? '')
  return { indexes, headers, isSummary, durationUnit: unitOf(headers.duration ?? '') }
}

/**
 * Reads what a row says of the meeting: a word and its value, or the values under a row of words.
 *
 * @param above the facts of the row of words above, by column
 * @returns the facts of this row, where it is a row of words
 */
function readFacts(
  cells: readonly string[],
  above: readonly (Fact | undefined)[] | undefined,
  facts: Partial<Record<Fact, string>>,
): readonly (Fact | undefined)[] | undefined {
  const found = cells.map(factOf)
  if (found.filter(Boolean).length > 1) return found
  for (const [index, fact] of (above ?? []).entries()) if (fact && cells[index]) facts[fact] ??= cells[index]
  const [fact] = found
  if (fact && cells[1]) facts[fact] ??= cells[1]
  return undefined
}

/** The cells of the row with the most cells, which most likely holds the headers. */
const widestOf = (rows: readonly SheetRow[]): string[] =>
  rows.map(({ cells }) => cells.filter(Boolean)).reduce((best, cells) => (cells.length > best.length ? cells : best), [])

/** No row of the file has headers that are known. `headers`: those that it most likely has, to be mapped. */
export class UnknownColumnsError extends FileError {
  override name = 'UnknownColumnsError'
  readonly headers: readonly string[]
  constructor(headers: readonly string[]) {
    const got = headers.slice(0, 12).join(', ').slice(0, 200) || 'nothing'
    super(
      'no columns found: expected one for the name (姓名, Name), and one for the entry (加入时间, Join Time) or the duration, in one row; ' +
        `got ${got}. Say once which columns they are, such as name=姓名,enter=进入时间`,
      `没有认出列：同一行里要有姓名（姓名、Name）以及进入时间（加入时间、Join Time）或时长；现在是 ${got}。请指定一次各列是什么`,
    )
    this.headers = headers
  }
}
