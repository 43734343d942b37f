import type { Cell } from '../../sheets/sheet.ts'
import type { Living } from './living.ts'
import type { Words } from './words.ts'

/** A table of entries, independent of the format that it is written in. */
export type Table<Entry> = {
  readonly columns: readonly {
    readonly header: Words
    readonly cell: (entry: Entry) => Cell
    /** in Latin characters, for spreadsheets; a Chinese character counts as two */
    readonly width?: number
    /** `true`: left out where the terminal is too narrow */
    readonly isExtra?: boolean
  }[]
  readonly entries: AsyncIterable<Entry>
  /** Returns what the formats json and ndjson contain of an entry. */
  readonly json: (entry: Entry) => object
  /** Returns the classes on whose sheets of a workbook the entry is listed. */
  readonly partyids?: (entry: Entry) => readonly number[]
}

// biome-ignore lint/suspicious/noExplicitAny: code that writes a table never looks into its entries
export type AnyTable = Table<any>

/** Returns a column of a table. */
export const column = <Entry>(en: string, zh: string, cell: (entry: Entry) => Cell, width?: number) => ({
  header: { en, zh },
  cell,
  ...(width !== undefined && { width }),
})

/** Returns a function that gives the class names of an entry as one text. */
export const classNamesIn = (living: Living) => (entry: { partyids: readonly number[] }) => entry.partyids.map(living.className).join('、')
