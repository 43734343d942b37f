import assert from 'node:assert/strict'
import { type Client, createClient } from '../../src/client/client.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { linesOf, watchedBy } from '../livings.ts'
import { makeSchool, unwatchedBy } from '../world.ts'
import { startServer } from './process.ts'

/** Two server processes on one database that get requests at the same time. */

const classes = { '3A': Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`s${index}`, [`m${index}`]])), '3B': {} }
const nos = Array.from({ length: 12 }, (_, index) => index)

onBoth('the register is right when two servers on one database change the roster and take reports at once', async (database) => {
  await using school = await makeSchool(database, { classes })
  await using first = await startServer(school.url)
  await using second = await startServer(school.url)
  const account = { corpid: school.corpid, corpsecret: school.app.secret }
  const clients = [createClient({ base: first.base, ...account }), createClient({ base: second.base, ...account })] as const
  const either = (no: number): Client => clients[no % 2] as Client
  const now = Math.floor(Date.now() / 1000)
  const { '3A': class3A = 0, '3B': class3B = 0 } = school.classIds
  const { livingid } = await either(0).livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: now,
    living_duration: 3600,
    living_range: { partyids: [class3A] },
  })
  const enter_time = now - 100
  await Promise.all([
    // both servers get reports of the start, with three different times
    ...nos.map((no) => either(no).ours.start({ livingid, at: enter_time - (no % 3) })),
    // each new student is created through both servers; one of the two calls is refused with 60102, userid exists
    ...nos.flatMap((no) =>
      [0, 1].map((server) =>
        either(server)
          .createStudent({ student_userid: `new${no}`, name: 'x', department: [no % 2 ? class3A : class3B] })
          .then(() => 1)
          .catch((error) => (error.errcode === 60102 ? 0 : Promise.reject(error))),
      ),
    ),
    ...nos.map((no) => either(no).updateStudent({ student_userid: `s${no}`, department: [no % 3 ? class3A : class3B] })),
    ...nos.flatMap((no) =>
      [0, 1].map((server) =>
        either(server).ours.presence({
          livingid,
          stays: [`s${no}`, `s${(no + 1) % 12}`].map((student_userid) => ({ student_userid, enter_time })),
        }),
      ),
    ),
  ])
  const lines = await linesOf(school, livingid)
  const inRange = [
    ...nos.filter((no) => no % 3).flatMap((no) => [`s${no}`, `m${no}/s${no}`]),
    ...nos.filter((no) => no % 2).map((no) => `new${no}`),
  ]
  assert.deepEqual(
    lines
      .filter((line) => line.in_range)
      .map((line) => line.who)
      .sort(),
    inRange.sort(),
  )
  assert.deepEqual(await watchedBy(school, livingid), nos.map((no) => `s${no}`).sort())
  const partyidsOf = new Map((await allStudents(school)).map((row) => [row.student_userid, row.partyids]))
  for (const { who, partyids } of lines) assert.equal(partyids.join(), partyidsOf.get(who.split('/').at(-1) as string), who)
  assert.equal(partyidsOf.size, 24)

  // the living ends while students change class: the register right after the end never changes again
  const moves = nos.map((no) => either(no).updateStudent({ student_userid: `s${no}`, department: [no % 2 ? class3A : class3B] }))
  const ends = nos.map((no) => either(no).ours.end({ livingid, at: now }))
  await Promise.any(ends)
  const frozen = await linesOf(school, livingid)
  const seen = await Promise.all(clients.map((client) => unwatchedBy(client, livingid)))
  await Promise.all([...moves, ...ends])
  assert.deepEqual(await linesOf(school, livingid), frozen)
  const missing = frozen
    .filter((line) => line.in_range && line.is_subscribe && !line.watched)
    .map((line) => line.who)
    .sort()
  for (const list of [...seen, ...(await Promise.all(clients.map((client) => unwatchedBy(client, livingid))))])
    assert.deepEqual(list, missing)
})

const allStudents = (school: { db: import('../../src/store/db.ts').Db; corp_no: number }) =>
  school.db.all<{ student_userid: string; partyids: string }>(
    sql`select student_userid, partyids from student where corp_no = ${school.corp_no}`,
  )
