import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { migrateSqlite } from '../src/store/migrate.ts'

export const schemaFile = new URL('../migrations/schema.sql', import.meta.url)

const head = '-- What the migrations add up to on SQLite. Made by "npm run schema"; a test fails where it differs.\n'

/** The tables, each with its indexes, as an empty migrated database has them. */
export function schema(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-schema-'))
  try {
    const file = join(folder, 'schema.db')
    migrateSqlite(file)
    const db = new DatabaseSync(file)
    const parts = db
      .prepare("select sql from sqlite_master where sql is not null order by tbl_name, case type when 'table' then 0 else 1 end, name")
      .all() as { sql: string }[]
    db.close()
    return [head, ...parts.map(({ sql }) => `${sql};\n`)].join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) writeFileSync(schemaFile, schema())
