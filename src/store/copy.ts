import { createHash } from 'node:crypto'
import { setImmediate as nextLoop } from 'node:timers/promises'
import type { Db } from './db.ts'
import { joined, type Query, rows, sql, verbatim } from './sql.ts'
import { type Table, tables } from './tables.ts'

type Row = Record<string, string | number | null>
export type Copied = { table: string; rows: number; checksum: string }
/** Called after each step: how many rows of a table were read, and how many of them written. */
export type Progress = (step: 'copying' | 'comparing', table: string, rows: number, written: number) => void

/** Rows compared, and written, at once: some 20 ms of either. */
const rowsAtOnce = 5000

/**
 * Copies a database into another, table by table and range by range. A range that is the same already is skipped, so that a copy that broke
 * off continues where it was. At the end every table is read from both and compared.
 *
 * @returns rows and checksum of each table
 * @throws where a table differs after the copy
 */
export async function copyDatabase(from: Db, to: Db, progress: Progress = () => {}): Promise<Copied[]> {
  for (const table of tables()) await copyTable(from, to, table, progress)
  const done: Copied[] = []
  for (const table of tables()) {
    const source = await summed(from, table, (rows) => progress('comparing', table.name, rows, 0))
    const target = await summed(to, table)
    if (source.rows !== target.rows || source.checksum !== target.checksum)
      throw new Error(`${table.name}: ${source.rows} rows here, ${target.rows} there, or not the same ones; run it again`)
    done.push(source)
  }
  return done
}

/** How many rows a copy reads. */
export async function rowCount(db: Db): Promise<number> {
  let count = 0
  for (const { name } of tables())
    count += (await db.all<{ many: number }>(sql`select count(*) as many from ${verbatim(name)}`))[0]?.many ?? 0
  return count
}

async function copyTable(from: Db, to: Db, table: Table, progress: Progress): Promise<void> {
  for await (const { after, upTo, found } of ranges(from, table)) {
    const there = await to.all<Row>(between(table, after, upTo))
    const isTheSame = digest(table, found) === digest(table, there)
    if (!isTheSame)
      await to.batch([
        sql`delete from ${verbatim(table.name)} ${where(table, after, upTo)}`,
        ...(found.length ? [insert(table, found)] : []),
      ])
    progress('copying', table.name, found.length, isTheSame ? 0 : found.length)
  }
}

/** The values of a table's `key` at the end of a range. */
type Place = readonly number[] | undefined

/**
 * The rows of a table in ranges of its key, which consists of numbers, since databases order text differently. A range never splits the
 * rows of one key. The last range is open, so that rows that exist in the target alone fall into a range too.
 */
async function* ranges(db: Db, table: Table): AsyncGenerator<{ after: Place; upTo: Place; found: Row[] }> {
  const placeOf = (row: Row) => table.key.map((column) => row[column] as number)
  let after: Place
  for (let limit = rowsAtOnce; ; ) {
    const found = await db.all<Row>(sql`${between(table, after, undefined)} limit ${table.key.length ? limit : 1_000_000_000}`)
    if (table.key.length === 0 || found.length < limit) {
      yield { after, upTo: undefined, found }
      return
    }
    const last = placeOf(found.at(-1) as Row).join()
    const whole = found.filter((row) => placeOf(row).join() !== last)
    // the rows of one key fill the whole range: take a longer one
    if (whole.length === 0) limit *= 2
    else {
      const upTo = placeOf(whole.at(-1) as Row)
      yield { after, upTo, found: whole }
      after = upTo
      limit = rowsAtOnce
    }
    await nextLoop()
  }
}

const columnsOf = (table: Table) => verbatim(table.columns.map(({ name }) => name).join(', '))
const keyOf = (table: Table) => verbatim(table.key.join(', '))

const where = (table: Table, after: Place, upTo: Place): Query => {
  const place = (values: readonly number[]) =>
    joined(
      values.map((value) => sql`cast(${value} as bigint)`),
      ', ',
    )
  const bounds = [
    ...(after ? [sql`(${keyOf(table)}) > (${place(after)})`] : []),
    ...(upTo ? [sql`(${keyOf(table)}) <= (${place(upTo)})`] : []),
  ]
  return bounds.length ? sql`where ${joined(bounds, ' and ')}` : sql``
}

const between = (table: Table, after: Place, upTo: Place): Query =>
  sql`select ${columnsOf(table)} from ${verbatim(table.name)} ${where(table, after, upTo)} ${table.key.length ? sql`order by ${keyOf(table)}` : sql``}`

const insert = (table: Table, found: readonly Row[]): Query => {
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]))
  const values = found.map((row) => table.columns.map(({ name }) => row[name] ?? null))
  return sql`insert into ${verbatim(table.name)} (${columnsOf(table)}) select ${columnsOf(table)} from ${rows('r', types, values)}`
}

/** A digest that does not depend on the order of rows. */
function digest(table: Table, found: readonly Row[]): string {
  const lines = found.map((row) => JSON.stringify(table.columns.map(({ name }) => row[name] ?? null))).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

async function summed(db: Db, table: Table, progress: (rows: number) => void = () => {}): Promise<Copied> {
  const sum = createHash('sha256')
  let count = 0
  for await (const { found } of ranges(db, table)) {
    sum.update(
      found
        .map((row) => JSON.stringify(table.columns.map(({ name }) => row[name] ?? null)))
        .sort()
        .join('\n'),
    )
    count += found.length
    progress(found.length)
  }
  return { table: table.name, rows: count, checksum: sum.digest('hex').slice(0, 16) }
}
