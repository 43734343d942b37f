/** Which database is underneath. Only this folder may depend on it. */
export type Dialect = 'sqlite' | 'postgres'
export type Value = string | number | null

/**
 * A statement, written once for both databases. `must`: it has to touch or find a row, else the whole batch is rolled back with a
 * `Conflict`. `cacheKey`: see `cachedRead`.
 */
export type Query = {
  readonly strings: readonly string[]
  readonly parts: readonly Part[]
  readonly must?: boolean
  readonly cacheKey?: string
}
type Column = 'bigint' | 'text'
type Rows = { readonly name: string; readonly columns: Readonly<Record<string, Column>>; readonly rows: readonly (readonly Value[])[] }
type Numbers = { readonly name: string; readonly column: string; readonly numbers: readonly number[] }
type Only = { readonly sqlite: string; readonly postgres: string }
type Among = { readonly column: string; readonly among: readonly number[] }
type Part = Value | Query | Rows | Numbers | Only | Among

export const sql = (strings: TemplateStringsArray, ...parts: Part[]): Query => ({ strings, parts })

/** Marks a statement that has to touch or find a row: the optimistic lock of a decision that was made on a read. */
export const must = (query: Query): Query => ({ ...query, must: true })

/**
 * Marks a read that is asked for over and over. SQLite answers it from a cache while nobody has committed since. Its rows must not be
 * changed.
 *
 * @param key names the query and its values: to compile the query just to compare it took longer than all the rest
 */
export const cachedRead = (key: string, { strings, parts }: Query): Query => ({ strings, parts, cacheKey: key })

/**
 * Many rows as one table expression, with one parameter a column, to stand after `from`. What is looked up for each row must follow with
 * `cross join … where`, which makes SQLite, which does not know how few the rows are, keep the order written. With a plain `join` it read a
 * whole register of 90,000 lines and searched these 1,000 rows for each: 5 s instead of 2 ms.
 *
 * @param name the alias of the table expression
 */
export const rows = (name: string, columns: Rows['columns'], values: Rows['rows']): Rows => ({ name, columns, rows: values })

/** The same for rows of one number each. */
export const numbers = (name: string, column: string, values: readonly number[]): Numbers => ({ name, column, numbers: values })

/**
 * A condition: a column's number is one of these. On PostgreSQL an array parameter and no sub-select: it does not know the size of a
 * sub-select, and without statistics on tables just filled it searched 5,000 numbers for each of 18,000 lines: 3.6 s instead of 0.06.
 */
export const among = (column: string, numbers: readonly number[]): Among => ({ column, among: numbers })

/** SQL text from the source code, such as a column's name. Never anything that came from outside. */
export const verbatim = (text: string): Query => ({ strings: [text], parts: [] })

/** Queries joined by a separator, for lists of any length. */
export const joined = (queries: readonly Query[], separator: string): Query => ({
  strings: ['', ...queries.slice(1).map(() => separator), ''],
  parts: queries,
})

/** Locks the rows found against changes until the batch is committed. SQLite has one writer, so it needs no lock. */
export const forShare: Only = { sqlite: '', postgres: 'for share' }

/** The smaller and the greater of two numbers. */
export const least: Only = { sqlite: 'min', postgres: 'least' }
export const greatest: Only = { sqlite: 'max', postgres: 'greatest' }

/** A collation that compares text by its bytes, whatever the locale of the database. */
export const bytewise: Only = { sqlite: '', postgres: 'collate "C"' }

export type Compiled = { readonly text: string; readonly values: readonly unknown[] }

/** A statement of a batch. */
export type Statement = Compiled & { readonly must: boolean }

export const statementsOf = (queries: readonly Query[], dialect: Dialect): Statement[] =>
  queries.map((query) => ({ ...compile(query, dialect), must: query.must ?? false }))

/** The text and the values of a query in one dialect. */
export function compile(query: Query, dialect: Dialect): Compiled {
  const values: unknown[] = []
  const slot = (value: unknown) => {
    values.push(value)
    return dialect === 'sqlite' ? '?' : `$${values.length}`
  }
  const write = ({ strings, parts }: Query): string => {
    let text = strings[0] ?? ''
    parts.forEach((part, index) => {
      text += writePart(part) + strings[index + 1]
    })
    return text
  }
  const writePart = (part: Part): string => {
    if (part === null || typeof part !== 'object') return slot(part)
    if ('strings' in part) return write(part)
    if ('among' in part)
      return dialect === 'sqlite'
        ? `${part.column} in (select value from json_each(${slot(JSON.stringify(part.among))}))`
        : `${part.column} = any(${slot(arrayText('bigint', part.among))}::bigint[])`
    if ('numbers' in part)
      return dialect === 'sqlite'
        ? `(select value as ${part.column} from json_each(${slot(JSON.stringify(part.numbers))})) as ${part.name}`
        : `unnest(${slot(arrayText('bigint', part.numbers))}::bigint[]) as ${part.name}(${part.column})`
    if ('rows' in part) return dialect === 'sqlite' ? jsonRows(part, slot) : unnested(part, slot)
    return part[dialect]
  }
  return { text: write(query), values }
}

const jsonRows = ({ name, columns, rows: list }: Rows, slot: (value: unknown) => string) => {
  const picked = Object.keys(columns).map((column, index) => `value ->> ${index} as ${column}`)
  return `(select ${picked.join(', ')} from json_each(${slot(JSON.stringify(list))})) as ${name}`
}

const unnested = ({ name, columns, rows: list }: Rows, slot: (value: unknown) => string) => {
  const arrays = Object.values(columns).map((type, index) => {
    const values = list.map((row) => row[index] as Value)
    return `${slot(arrayText(type, values))}::${type}[]`
  })
  return `unnest(${arrays.join(', ')}) as ${name}(${Object.keys(columns).join(', ')})`
}

/** A PostgreSQL array literal. The driver's own conversion looks for escapes in every element, which took 10 ms for 1,000 stays. */
const arrayText = (type: Column, values: readonly Value[]) => {
  if (type === 'bigint') return `{${values.map((value) => value ?? 'null').join()}}`
  // one join and no string for each element: for 1,000 stays those strings were a tenth of a report's garbage
  return values.length && values.every(isPlain) ? `{"${values.join('","')}"}` : `{${values.map(element).join()}}`
}

const special = /["\\]/
const isPlain = (value: Value) => value !== null && !special.test(String(value))
const element = (value: Value) => (value === null ? 'null' : `"${String(value).replace(/["\\]/g, '\\$&')}"`)
