import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import pg from 'pg'
import { sql } from '../../src/store/sql.ts'
import type { Database } from '../databases.ts'
import { post, tokenOf } from '../http/raw.ts'
import { startPostgres } from '../postgres.ts'
import { makeSchool } from '../world.ts'
import { startCuttableProxy } from './cuttable_proxy.ts'
import { startServer } from './process.ts'

/** PostgreSQL goes away while reports of presence come in: cut off, one process killed, all killed. The Rollcall server survives each. */

const students = Array.from({ length: 20 }, (_, index) => `s${index}`)
const classes = { '3A': Object.fromEntries(students.map((student) => [student, []])) }

const postgres = await startPostgres({ mayDie: true })
after(() => postgres.stop())
const database: Database = { name: 'postgres', make: async () => ({ url: postgres.url, drop: async () => {} }) }

/** Kills one backend process, as the kernel does when memory runs out. PostgreSQL then ends all other connections and recovers. */
async function killOneOfItsProcesses() {
  const client = new pg.Client(postgres.url)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
      order by state = 'active' desc limit 1`,
  )
  process.kill(rows[0]?.pid as number, 'SIGKILL')
  await client.end().catch(() => {})
}

async function killAndStartAgain() {
  postgres.kill()
  await pass(300)
  // PostgreSQL refuses to start until the last process of the killed one is gone
  for (let tries = 1; ; tries++)
    try {
      return await postgres.start()
    } catch (error) {
      if (tries === 20) throw error
      await pass(200)
    }
}

test('when PostgreSQL is killed or cut off during reports, callers get errcode -1 and every acknowledged report is stored completely', async () => {
  await using school = await makeSchool(database, { classes })
  const enter_time = Math.floor(Date.now() / 1000)
  school.clock.now = enter_time
  const livingid = await school.startLiving(['3A'])
  await using proxy = await startCuttableProxy(postgres.url)
  await using server = await startServer(proxy.url)
  const token = await tokenOf(server.base, school.app)
  const report = async (stay_id: string) => {
    const stays = students.map((student_userid) => ({ student_userid, stay_id, enter_time }))
    return (await post(server.base, `/v1/livings/${livingid}/presence`, token, { stays })).answer.errcode
  }
  const acknowledged: string[] = []
  for (const [way, goesAway] of Object.entries({ cut: proxy.cut, killOneOfItsProcesses, killAndStartAgain })) {
    const answers = new Set<number>()
    let isOver = false
    const sender = async (no: number) => {
      for (let count = 0; !isOver; count++) {
        const stay_id = `${way}-${no}-${count}`
        const errcode = await report(stay_id)
        answers.add(errcode)
        if (errcode === 0) acknowledged.push(stay_id)
        else await pass(20)
      }
    }
    const senders = [0, 1, 2, 3].map(sender)
    const before = acknowledged.length
    while (acknowledged.length < before + 15) await pass(2)
    await goesAway()
    const whenGone = acknowledged.length
    for (const until = Date.now() + 20_000; acknowledged.length < whenGone + 15; await pass(5))
      assert.ok(Date.now() < until, `${way}: no report is taken any more`)
    isOver = true
    await Promise.all(senders)
    assert.deepEqual([...answers].sort(), [-1, 0], way)
    const found = await school.db.all<{ stay_id: string; stays: number }>(
      sql`select stay_id, count(*) as stays from stay where corp_no = ${school.corp_no} group by stay_id`,
    )
    const stored = new Map(found.map((row) => [row.stay_id, row.stays]))
    for (const stay_id of acknowledged) assert.equal(stored.get(stay_id), students.length, `${stay_id} was acknowledged`)
    for (const [stay_id, stays] of stored) assert.equal(stays, students.length, `${stay_id} is there by halves`)
  }
})
