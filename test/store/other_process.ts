import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Conflict } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { must, sql } from '../../src/store/sql.ts'

/**
 * Runs `work` on a database in another process: `open` opens the database, `count` adds 1 to a number `times` times. Returns the exit
 * code and what the process wrote to stderr.
 */
export async function inOtherProcess(url: string, work: 'open' | 'count', times = 0) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), url, work, String(times)], {
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>])
  return { code, stderr }
}

/** Adds 1 to the setting `count`, `times` times, with an optimistic lock: reads, then writes only if nobody else has written since. */
export async function countUp(db: Awaited<ReturnType<typeof openDb>>, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const [row] = await db.all<{ value: string }>(sql`select value from setting where name = 'count'`)
    try {
      await db.batch([
        must(sql`update setting set value = ${String(Number(row?.value) + 1)} where name = 'count' and value = ${row?.value ?? ''}`),
      ])
      done++
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }
}

if (import.meta.main) {
  const [url = '', work, times] = process.argv.slice(2)
  const db = await openDb(url)
  if (work === 'count') await countUp(db, Number(times))
  await db.close()
}
