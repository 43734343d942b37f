import { DatabaseSync } from 'node:sqlite'
import { migrateOpenSqlite } from './migrate.ts'

/** A table as the migrations leave it. `key`: the leading columns of its primary key that are numbers. */
export type Table = {
  readonly name: string
  readonly columns: readonly { name: string; type: 'bigint' | 'text' }[]
  readonly key: readonly string[]
}

/** Tables that are not copied: they belong to one database and its servers, and not to the schools in it. */
const ofTheDatabase = new Set(['migration', 'lease', 'latest_call', 'sign_in_limit'])

/** Every table that is copied, read from an empty migrated database. `setting` comes first, since a database is told apart by it. */
export function tables(): Table[] {
  const db = new DatabaseSync(':memory:')
  migrateOpenSqlite(db)
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
