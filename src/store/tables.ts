import { DatabaseSync } from 'node:sqlite'
import { migrated } from './migrate.ts'

/** A table as the migrations leave it; `key` is the leading run of numbers of its primary key. */
export type Table = {
  readonly name: string
  readonly columns: readonly { name: string; type: 'bigint' | 'text' }[]
  readonly key: readonly string[]
}

/** Not copied: what belongs to one database and its servers, not to the school in it; the latest calls move while one copies. */
const ofTheDatabase = new Set(['migration', 'lease', 'latest_call'])

/** Every table of a school (the one that tells whose it is first), read off an empty database that the migrations have made. */
export function tables(): Table[] {
  const db = new DatabaseSync(':memory:')
  migrated(db)
  const names = db.prepare("select name from sqlite_master where type = 'table' order by name <> 'setting', name").all() as {
    name: string
  }[]
  const found = names
    .filter(({ name }) => !ofTheDatabase.has(name))
    .map(({ name }) => {
      const columns = db.prepare('select name, type, pk from pragma_table_info(?)').all(name) as {
        name: string
        type: string
        pk: number
      }[]
      const inKey = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
      const text = inKey.findIndex(isText)
      return {
        name,
        columns: columns.map((column) => ({ name: column.name, type: isText(column) ? ('text' as const) : ('bigint' as const) })),
        key: inKey.slice(0, text < 0 ? undefined : text).map((column) => column.name),
      }
    })
  db.close()
  return found
}

const isText = ({ type }: { type: string }) => type.toLowerCase() === 'text'
