import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import pg from 'pg'
import type { Db } from '../src/store/db.ts'
import { openDb } from '../src/store/open.ts'
import { openSecrets } from '../src/store/seal_all.ts'
import type { Secrets } from '../src/store/secrets.ts'
import { inPairs } from './pair.ts'

/** A kind of database. `make` creates an empty database that nothing else uses, and returns its URL and a function that deletes it. */
export type Database = { readonly name: 'sqlite' | 'postgres'; readonly make: () => Promise<{ url: string; drop: () => Promise<void> }> }

/** SQLite alone: for tests of code that behaves the same on every database. */
export const sqlite: Database = {
  name: 'sqlite',
  make: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
    return { url: join(folder, 'rollcall.db'), drop: async () => rmSync(folder, { recursive: true, force: true }) }
  },
}

export const databases: readonly Database[] = [
  sqlite,
  {
    name: 'postgres',
    make: async () => {
      const server = process.env.ROLLCALL_TEST_POSTGRES as string
      const name = `t${randomUUID().replaceAll('-', '')}`
      await onServer(server, `create database ${name}`)
      const url = new URL(server)
      url.pathname = `/${name}`
      return { url: url.href, drop: () => onServer(server, `drop database if exists ${name} with (force)`) }
    },
  },
]

async function onServer(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(text)
  await client.end()
}

/** Declares a test once per kind of database. Without ROLLCALL_TEST_POSTGRES, which `npm test` sets, the PostgreSQL half is skipped. */
export function onBoth(name: string, body: (database: Database, t: TestContext) => Promise<void>): void {
  for (const database of databases) {
    const absent = database.name === 'postgres' && !process.env.ROLLCALL_TEST_POSTGRES
    test(`${name} [${database.name}]`, absent ? { skip: 'no PostgreSQL given: use npm test, or set ROLLCALL_TEST_POSTGRES' } : {}, (t) =>
      body(database, t),
    )
  }
}

type Shared = {
  readonly db: Db
  readonly secrets: Secrets
  readonly url: string
  readonly drop: () => Promise<void>
  /** a second connection to the same database, for the second server when servers run in pairs */
  readonly other?: Db
}
const opened = new Map<Database, Promise<Shared>>()

/**
 * Opens the database that all schools of this process share; each school is a corp in it. The database is found by object identity: a
 * test that needs a database of its own passes a copy, `{ ...database }`.
 */
export function sharedDb(database: Database): Promise<Shared> {
  let shared = opened.get(database)
  if (!shared) {
    shared = openShared(database)
    opened.set(database, shared)
  }
  return shared
}

async function openShared(database: Database): Promise<Shared> {
  const { url, drop } = await database.make()
  const db = await openDb(url)
  const secrets = await openSecrets(db, url)
  const other = inPairs ? await openDb(url) : undefined
  return { db, secrets, url, drop, ...(other && { other }) }
}

// `after` is called here at top level: called inside a test, it would close the shared databases when that test ends
after(async () => {
  // A database that could not be opened has already failed its tests. The others must be closed, or they keep the process alive.
  for (const opening of await Promise.allSettled(opened.values())) {
    if (opening.status === 'rejected') continue
    const { db, other, drop } = opening.value
    await db.close()
    await other?.close()
    await drop()
  }
})
