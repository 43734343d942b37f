import assert from 'node:assert/strict'
import { type Client, createClient } from '../../src/client/client.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { startServer } from './process.ts'

/** A report of presence is atomic: an acknowledged report is on disk completely, any other report completely or not at all. */

const students = Array.from({ length: 10 }, (_, index) => `s${index}`)
const classes = { '3A': Object.fromEntries(students.map((student) => [student, []])) }
const rounds = { sqlite: 4, postgres: 2 }

/** Sends reports until the server is gone. Each report names every student, and all its stays have one stay_id of that report's own. */
async function reportUntilDead(client: Client, livingid: string, name: string, enter_time: number, acknowledged: string[]): Promise<void> {
  for (let no = 0; ; no++) {
    const stay_id = `${name}-${no}`
    const stays = students.map((student_userid) => ({ student_userid, stay_id, enter_time }))
    try {
      await client.ours.presence({ livingid, stays })
    } catch {
      return
    }
    acknowledged.push(stay_id)
  }
}

const stored = (school: School) =>
  school.db.all<{ stay_id: string; stays: number }>(
    sql`select stay_id, count(*) as stays from stay where corp_no = ${school.corp_no} group by stay_id`,
  )

onBoth('a server killed during reports has stored every acknowledged report, and no report partially', async (database) => {
  await using school = await makeSchool(database, { classes })
  const enter_time = Math.floor(Date.now() / 1000)
  school.clock.now = enter_time
  const livingid = await school.startLiving(['3A'])
  const acknowledged: string[] = []
  for (let round = 0; round < rounds[database.name]; round++) {
    await using server = await startServer(school.url)
    const client = createClient({ base: server.base, corpid: school.corpid, corpsecret: school.app.secret })
    const senders = [0, 1, 2, 3].map((no) => reportUntilDead(client, livingid, `${round}-${no}`, enter_time, acknowledged))
    const before = acknowledged.length
    while (acknowledged.length < before + 10 + 7 * round) await new Promise((resolve) => setTimeout(resolve, 2))
    await server.kill()
    await Promise.all(senders)
    const found = new Map((await stored(school)).map((row) => [row.stay_id, row.stays]))
    for (const stay_id of acknowledged) assert.equal(found.get(stay_id), students.length, `${stay_id} was acknowledged`)
    for (const [stay_id, stays] of found) assert.equal(stays, students.length, `${stay_id} is there by halves`)
  }
  assert.ok(acknowledged.length >= rounds[database.name] * 10)
  assert.deepEqual(await school.unwatched(livingid), [])
})
