import { FileError } from '../sheets/file_error.ts'
import type { Db } from '../store/db.ts'
import { type Block, columnsByMapping, layoutOf, rowsWithHeaders } from './layout.ts'
import { headerHash, type Mapping, mappingText, parseMapping } from './mapping.ts'
import { type DateOrder, momentReader } from './moments.ts'
import type { SheetRow } from './read.ts'
import { type MappingRow, mappingsOf, putMapping } from './store.ts'
import { type Visits, visitsOf } from './visits.ts'

/** What a file says, read and checked. */
export type AttendanceFile = Visits & {
  readonly rows: number
  /** the product that wrote the file, or `file` */
  readonly source: string
  readonly unreadColumns: readonly string[]
  /** what the file says of the meeting; times are unix seconds */
  readonly meeting: { readonly topic?: string; readonly start?: number; readonly end?: number }
  /** mappings that the file was read by, to be remembered: see `rememberMapping` */
  readonly mapped: readonly MappingRow[]
}

export type ReadOptions = {
  /** IANA name: of times without a zone */
  readonly timeZone: string
  readonly dateOrder?: DateOrder | undefined
  /** which columns are what, where the user has said so */
  readonly mapping?: Mapping | undefined
  /** unix seconds: when the living is held, where it is known */
  readonly near?: number | undefined
  /** unix seconds */
  readonly now: number
}

/**
 * Reads what the rows of a file say: by the headers of Zoom, Teams or 腾讯会议, by `options.mapping`, or by the mapping that the school has given
 * for the same headers before. Throws `FileError` where the columns, or the order of day and month, cannot be known.
 */
export async function readAttendanceFile(
  db: Db,
  corp_no: number,
  rows: readonly SheetRow[],
  options: ReadOptions,
): Promise<AttendanceFile> {
  const { mapping: asked } = options
  if (asked && !heads(rows).some(({ cells }) => columnsByMapping(cells, asked))) throw notMapped(asked)
  const byHash = asked ? new Map<string, Mapping>() : await rememberedMappings(db, corp_no, rows)
  const mapped = new Map<string, Mapping>()
  const { blocks, facts, source, unreadColumns } = await layoutOf(rows, mappingFinder(asked, byHash, mapped))
  const momentOf = await momentReader(momentsOf(blocks, [facts.start, facts.end]), options)
  const [start, end] = [facts.start, facts.end].map((text) => (text === undefined ? undefined : momentOf(text)))
  return {
    ...(await visitsOf(blocks, momentOf, options.now)),
    rows: blocks.reduce((sum, block) => sum + block.rows.length, 0),
    source,
    unreadColumns,
    meeting: { ...(facts.topic && { topic: facts.topic }), ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
    mapped: [...mapped].map(([header_hash, mapping]) => ({ header_hash, mapping: mappingText(mapping) })),
  }
}

/** Remembers how a file was mapped, so that the next one with the same headers needs no mapping. */
export async function rememberMapping(db: Db, corp_no: number, { mapped }: AttendanceFile, now: number): Promise<void> {
  if (mapped.length) await db.batch(mapped.map((row) => putMapping(corp_no, row, now)))
}

/** The rows near the top of each sheet. */
const heads = (rows: readonly SheetRow[]) =>
  [...Map.groupBy(rows, ({ sheet }) => sheet).values()].flatMap((ofSheet) => ofSheet.slice(0, rowsWithHeaders))

/** The mappings that are remembered for rows near the top of a sheet. */
async function rememberedMappings(db: Db, corp_no: number, rows: readonly SheetRow[]): Promise<Map<string, Mapping>> {
  const hashes = [...new Set(heads(rows).map(({ cells }) => headerHash(cells)))]
  const found = await db.all<MappingRow>(mappingsOf(corp_no, hashes))
  return new Map(found.map(({ header_hash, mapping }) => [header_hash, parseMapping(mapping)]))
}

/** Returns a function that answers the mapping of a row, and notes each that it answers in `mapped`. */
function mappingFinder(asked: Mapping | undefined, byHash: ReadonlyMap<string, Mapping>, mapped: Map<string, Mapping>) {
  return (cells: readonly string[]): Mapping | undefined => {
    if (!asked && byHash.size === 0) return undefined
    const mapping = asked ? (columnsByMapping(cells, asked) ? asked : undefined) : byHash.get(headerHash(cells))
    if (mapping) mapped.set(headerHash(cells), mapping)
    return mapping
  }
}

/** The moments of all tables and of the meeting itself, each with the header of its column. */
function momentsOf(blocks: readonly Block[], ofMeeting: readonly (string | undefined)[]): (readonly [string, string])[] {
  const inTables = blocks.flatMap(({ columns, rows }) =>
    (['enter', 'leave'] as const).flatMap((field) => {
      const { [field]: index = -1 } = columns.indexes
      return rows.flatMap(({ cells }) => (cells[index] ? [[cells[index], columns.headers[field] ?? field] as const] : []))
    }),
  )
  return [...inTables, ...ofMeeting.flatMap((text) => (text ? [[text, 'Start Time'] as const] : []))]
}

const notMapped = (asked: Mapping) =>
  new FileError(
    `mapping: expected a row with the headers ${Object.values(asked).join(', ')}; the file has none`,
    `对应关系：文件里没有一行同时有 ${Object.values(asked).join('、')} 这些表头`,
  )
