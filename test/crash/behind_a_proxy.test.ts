import assert from 'node:assert/strict'
import { type Client, createClient } from '../../src/client/client.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { roundRobin } from '../round_robin.ts'
import { makeSchool, personOf, unwatchedBy } from '../world.ts'
import { startServer } from './process.ts'

/** Two server processes behind a round-robin proxy; one is killed while viewers come in, and a new one is started on its port. */

const students = Array.from({ length: 60 }, (_, index) => `s${index}`)
const classes = { '3A': Object.fromEntries(students.map((student) => [student, [`m_${student}`]])) }
const everybody = students.flatMap((student) => [student, `m_${student}/${student}`])

onBoth('when one of two servers behind a proxy is killed, no acknowledged stay is lost and no page is stale', async (database) => {
  await using school = await makeSchool(database, { classes })
  school.clock.now = Math.floor(Date.now() / 1000)
  const livingid = await school.startLiving(['3A'])
  const enter_time = school.clock.now
  await using first = await startServer(school.url, '--page-size', '25')
  await using second = await startServer(school.url, '--page-size', '25')
  await using proxy = await roundRobin([first, second].map(({ base }) => Number(new URL(base).port)))
  // A client repeats a request whose connection broke off, as a player does. Reports are idempotent: the same stay counts once.
  const account = { base: proxy.base, corpid: school.corpid, corpsecret: school.app.secret, retry: { attempts: 8, wait: () => 20 } }
  const clients = Array.from({ length: 6 }, () => createClient(account))
  const acknowledged = new Set<string>()
  const stale: string[] = []
  const comeIn = async (client: Client, viewers: readonly string[]) => {
    for (const who of viewers) {
      const stays = [{ ...personOf(who), stay_id: 'a', enter_time }]
      await client.ours.presence({ livingid, stays }, { repeat: true })
      acknowledged.add(who)
      const before = [...acknowledged]
      const listed = new Set(await unwatchedBy(client, livingid))
      stale.push(...before.filter((each) => listed.has(each)))
    }
  }
  const share = (no: number) => everybody.filter((_, index) => index % clients.length === no)
  const coming = Promise.all(clients.map((client, no) => comeIn(client, share(no))))
  while (acknowledged.size < 20) await new Promise((resolve) => setTimeout(resolve, 2))
  await second.kill()
  const whenKilled = acknowledged.size
  await using _third = await startServer(school.url, '--page-size', '25', '--port', new URL(second.base).port)
  await coming
  assert.ok(whenKilled < everybody.length, 'it was killed in the middle')
  assert.deepEqual(stale, [])
  assert.equal(acknowledged.size, everybody.length)
  assert.deepEqual(await unwatchedBy(clients[0] as Client, livingid), [])
  const stays = await school.db.all<{ many: number }>(sql`select count(*) as many from stay where corp_no = ${school.corp_no}`)
  assert.equal(stays[0]?.many, everybody.length)
})
