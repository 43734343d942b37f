import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { onBoth } from '../databases.ts'
import { endAt, linesOf, moved } from '../livings.ts'
import { makeSchool } from '../world.ts'

onBoth('ending a living waits for roster changes in progress, so the register after the end does not change', async (database, t) => {
  if (database.name === 'sqlite') return t.skip('SQLite has a single writer, so no roster change can be in progress')
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, '3B': {} }, living: ['3A'] })
  const slow = new pg.Client(school.url)
  await slow.connect()
  try {
    await slow.query('begin')
    await slow.query(`select 1 from attendance where corp_no = ${school.corp_no} for update`)
    const move = moved(school, 'li', ['3B'])
    await pause(300) // the move is now inside its transaction and waits for the lock on the student's line
    const atEnd = endAt(school, school.clock.now + 1).then(() => linesOf(school))
    await pause(300)
    await slow.query('commit')
    await move
    assert.deepEqual(await linesOf(school), await atEnd)
  } finally {
    await slow.end()
  }
})
