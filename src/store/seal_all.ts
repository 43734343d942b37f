import { randomUUID } from 'node:crypto'
import type { Db } from './db.ts'
import { scrub } from './open.ts'
import { keyFile, keyFilePath } from './secret_key_file.ts'
import { type SealedColumn, type Secrets, sealedColumns, sealedPrefix, secretsWith } from './secrets.ts'
import { joined, sql, verbatim } from './sql.ts'

/** The setting by which a key is recognised: a known text, encrypted like any other secret. */
const check = { name: 'secret_key', text: 'rollcall' }
const rowsAtOnce = 1000

/** The table belongs to src/access. Like a copy of the database, encryption writes tables of every owner. */
const setting = verbatim('setting')

const settingOf = async (db: Db, name: string) =>
  (await db.all<{ value: string }>(sql`select value from ${setting} where name = ${name}`))[0]?.value
const putOnce = (name: string, value: string) =>
  sql`insert into ${setting} (name, value) values (${name}, ${value}) on conflict (name) do nothing`

/** Whether the secrets of a database are encrypted. False until a command of this version has opened the database with a key. */
export const isSealed = async (db: Db): Promise<boolean> =>
  (await settingOf(db, check.name)) !== undefined && (await settingOf(db, 'clear_secrets')) === undefined

/**
 * Opens the secrets of a database. A database that has none gets a key file, if there is none; one from before version 0011 of the schema
 * gets its secrets encrypted, by one or by several processes that start together.
 *
 * @param url the database, as `openDb` takes it
 * @param given the path of the key file; '' for the default of `keyFilePath`
 * @throws an error that names the setting where the key is missing, or is not the one of this database
 */
export async function openSecrets(db: Db, url: string, given = ''): Promise<Secrets> {
  const keys = keyFile(keyFilePath(url, given))
  const secrets = secretsWith(keys)
  if ((await settingOf(db, check.name)) === undefined) {
    keys.create()
    await db.batch([putOnce(check.name, secrets.seal(check.text, 'setting.value', check.name)), putOnce('database_id', randomUUID())])
  }
  secrets.open((await settingOf(db, check.name)) ?? '', 'setting.value', check.name)
  if ((await settingOf(db, 'clear_secrets')) !== undefined) {
    await sealAll(db, secrets)
    // a process that holds the file up leaves the rest to the next start
    if (await scrub(url)) await db.batch([sql`delete from ${setting} where name = 'clear_secrets'`])
  }
  return secrets
}

/**
 * Adds a new key to the key file and encrypts every secret of the database with it. If a run is interrupted, some secrets still use an older
 * key, which stays in the file; the next run encrypts those with the newest key.
 *
 * @returns how many secrets were encrypted with the new key
 */
export async function rotateSecrets(db: Db, url: string, given = ''): Promise<{ file: string; rotated: number }> {
  const secrets = await openSecrets(db, url, given)
  const keys = keyFile(keyFilePath(url, given))
  keys.renew()
  return { file: keys.path, rotated: await sealAll(db, secrets) }
}

/** Encrypts with the newest key each secret that is not. A row that is changed meanwhile stays as it is: whoever changes it encrypts it. */
async function sealAll(db: Db, secrets: Secrets): Promise<number> {
  let count = 0
  for (const column of Object.keys(sealedColumns) as SealedColumn[])
    for (;;) {
      const found = await notNewest(db, column, secrets.newestPrefix())
      if (found.length === 0) break
      await db.batch(found.map((row) => replace(column, row, sealed(secrets, column, row))))
      count += found.length
    }
  return count
}

type Row = Readonly<Record<string, string | number>> & { readonly secret: string }

function sealed(secrets: Secrets, column: SealedColumn, row: Row): string {
  const key = sealedColumns[column].map((name) => row[name] as string | number)
  return secrets.seal(row.secret.startsWith(sealedPrefix) ? secrets.open(row.secret, column, ...key) : row.secret, column, ...key)
}

const named = (column: SealedColumn) => {
  const [table = '', name = ''] = column.split('.')
  return { table: verbatim(table), name: verbatim(name) }
}

function notNewest(db: Db, column: SealedColumn, prefix: string): Promise<Row[]> {
  const { table, name } = named(column)
  const key = verbatim(sealedColumns[column].join(', '))
  // settings that are no keys are no secrets
  const isSecret = column === 'setting.value' ? sql`and name like '%key'` : sql``
  return db.all<Row>(sql`
    select ${key}, ${name} as secret from ${table}
    where ${name} <> '' and substr(${name}, 1, ${prefix.length}) <> ${prefix} ${isSecret}
    limit ${rowsAtOnce}`)
}

function replace(column: SealedColumn, row: Row, text: string) {
  const { table, name } = named(column)
  const isRow = sealedColumns[column].map((part) => sql`${verbatim(part)} = ${row[part] as string | number}`)
  return sql`update ${table} set ${name} = ${text} where ${joined(isRow, ' and ')} and ${name} = ${row.secret}`
}
