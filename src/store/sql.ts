/** Which database is underneath. Only this folder asks. */
export type Dialect = 'sqlite' | 'postgres'
export type Value = string | number | null

/**
 * A statement written once for both databases. `must`: it has to touch (or find) a row,
 * or the whole batch is undone with a `Conflict`: how a decision taken on a read is guarded while it is written.
 */
export type Query = {
  readonly strings: readonly string[]
  readonly parts: readonly Part[]
  readonly must?: boolean
  readonly kept?: string
}
type Column = 'bigint' | 'text'
type Rows = { readonly name: string; readonly columns: Readonly<Record<string, Column>>; readonly rows: readonly (readonly Value[])[] }
type Numbers = { readonly name: string; readonly column: string; readonly numbers: readonly number[] }
type Only = { readonly sqlite: string; readonly postgres: string }
type Among = { readonly column: string; readonly among: readonly number[] }
type Part = Value | Query | Rows | Numbers | Only | Among

export const sql = (strings: TemplateStringsArray, ...parts: Part[]): Query => ({ strings, parts })

export const must = (query: Query): Query => ({ ...query, must: true })

/**
 * A read that is asked for over and over: where it costs less to see that nobody has written since, its rows are given again. Do not
 * change them. `key` names the query and its values: putting the statement together to see that it is the same took longer than the rest.
 */
export const kept = (key: string, { strings, parts }: Query): Query => ({ strings, parts, kept: key })

/**
 * Many rows in one parameter a column, to stand after `from`: the way a batch stays one statement. What is looked up for each row
 * follows with `cross join … where`: then SQLite, which does not know how few they are, keeps the order written. With `join` it
 * read a whole register of 90,000 lines and ran through these 1,000 for each: 5 s instead of 2 ms.
 */
export const rows = (name: string, columns: Rows['columns'], values: Rows['rows']): Rows => ({ name, columns, rows: values })

/** Rows of one number each. */
export const numbers = (name: string, column: string, values: readonly number[]): Numbers => ({ name, column, numbers: values })

/**
 * A column's number is one of these. Not a sub-select: of that PostgreSQL knows no size, and of tables just filled nothing either, so that
 * it ran through 5,000 numbers for each of 18,000 lines: 3.6 s for what takes 0.06 as an array.
 */
export const among = (column: string, numbers: readonly number[]): Among => ({ column, among: numbers })

/** Text of ours that is no value, such as a table's name: never anything that came from outside. */
export const verbatim = (text: string): Query => ({ strings: [text], parts: [] })

/** Statements joined, for lists whose length is not known. */
export const joined = (queries: readonly Query[], separator: string): Query => ({
  strings: ['', ...queries.slice(1).map(() => separator), ''],
  parts: queries,
})

/** Keeps the row found as it is until the batch is written; SQLite has one writer and needs no word for it. */
export const forShare: Only = { sqlite: '', postgres: 'for share' }

/** The same number from both: PostgreSQL's counts and sums are wider than a double, SQLite's are not. */
export const least: Only = { sqlite: 'min', postgres: 'least' }
export const greatest: Only = { sqlite: 'max', postgres: 'greatest' }

/** Text in the order of its bytes, whatever the language of the database. */
export const bytewise: Only = { sqlite: '', postgres: 'collate "C"' }

export type Compiled = { readonly text: string; readonly values: readonly unknown[] }

/** As it is written in a batch. */
export type Statement = Compiled & { readonly must: boolean }

export const statementsOf = (queries: readonly Query[], dialect: Dialect): Statement[] =>
  queries.map((query) => ({ ...compile(query, dialect), must: query.must ?? false }))

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

/** An array as PostgreSQL reads it: numbers as they are. The driver looks for what to escape in every element, 10 ms of 1,000 stays. */
const arrayText = (type: Column, values: readonly Value[]) => {
  if (type === 'bigint') return `{${values.map((value) => value ?? 'null').join()}}`
  // without a string an element: those of 1,000 stays were a tenth of what a report left to collect
  return values.length && values.every(isPlain) ? `{"${values.join('","')}"}` : `{${values.map(element).join()}}`
}

const special = /["\\]/
const isPlain = (value: Value) => value !== null && !special.test(String(value))
const element = (value: Value) => (value === null ? 'null' : `"${String(value).replace(/["\\]/g, '\\$&')}"`)
