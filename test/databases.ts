import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import pg from 'pg'
import type { Db } from '../src/store/db.ts'
import { openDb } from '../src/store/open.ts'
import { inPairs } from './pair.ts'

/** A database of one kind that nobody else uses. */
export type Database = { readonly name: 'sqlite' | 'postgres'; readonly make: () => Promise<{ url: string; drop: () => Promise<void> }> }

/** For what does not depend on the database underneath. */
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

/** One test a database. Started by hand without a PostgreSQL, its half is skipped by name. */
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
  readonly url: string
  readonly drop: () => Promise<void>
  /** opened a second time, where servers stand in pairs */
  readonly other?: Db
}
const opened = new Map<Database, Promise<Shared>>()

/** The database that all schools of a process share, each school a corp of its own. A copy, `{ ...database }`, is one for itself. */
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
  const other = inPairs ? await openDb(url) : undefined
  return { db, url, drop, ...(other && { other }) }
}

// hung up here and not where one is opened, which is within a test: there it would close them with that test
after(async () => {
  // one that could not be opened has failed its tests, and the others would keep the process alive
  for (const opening of await Promise.allSettled(opened.values())) {
    if (opening.status === 'rejected') continue
    const { db, other, drop } = opening.value
    await db.close()
    await other?.close()
    await drop()
  }
})
