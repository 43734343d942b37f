import assert from 'node:assert/strict'
import type { Client } from '../../src/client/client.ts'
import { createClient } from '../../src/client/client.ts'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { endAt, enrolled, moved } from '../livings.ts'
import { refused } from '../refused.ts'
import { makeSchool, type School } from '../world.ts'

/** `next_cursor` and `has_more`: what WeCom page 95795 says, and what Rollcall defines where that page leaves it open. */

const households = { '3A': { li: ['li_mum'], wu: ['wu_dad'], he: [] } }

type Page = { names: string[]; has_more: number; next_cursor: string }

async function page(school: School, next_cursor?: unknown, { livingid = school.living, client = school.client } = {}): Promise<Page> {
  const answer = await client.getUnwatchStatV2({ livingid, next_cursor } as Parameters<Client['getUnwatchStatV2']>[0])
  const { students, parents } = answer.stat_info
  const names = [...students.map((each) => each.student_userid), ...parents.map((each) => `${each.parent_userid}/${each.student_userid}`)]
  return { names, has_more: answer.has_more, next_cursor: answer.next_cursor }
}

onBoth('has_more is 1 while there is more and 0 on the last page, which may be short', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const first = await page(school, '0')
  const second = await page(school, first.next_cursor)
  const third = await page(school, second.next_cursor)
  assert.deepEqual([first, second, third].map(({ names, has_more }) => [names.length, has_more]), [[2, 1], [2, 1], [1, 0]]) // biome-ignore format: laid out as a table
  assert.deepEqual([...first.names, ...second.names, ...third.names].sort(), ['he', 'li', 'li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('has_more is 0 on the last page even when that page is full', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'], pageSize: 1 })
  const first = await page(school)
  const second = await page(school, first.next_cursor)
  assert.deepEqual([first.has_more, second.has_more], [1, 0])
})

onBoth('next_cursor absent, null, "", "0" or 0 asks for the first page', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const first = await page(school)
  assert.equal(first.names.length, 2)
  for (const beginning of [null, '', '0', 0]) assert.deepEqual(await page(school, beginning), first)
})

onBoth('next_key is used as the cursor when next_cursor is absent, null or empty', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const first = await page(school)
  const second = await page(school, first.next_cursor)
  for (const next_cursor of [undefined, null, '']) {
    const asked = { livingid: school.living, next_key: first.next_cursor, next_cursor } as { livingid: string }
    assert.equal((await school.client.getUnwatchStatV2(asked)).next_cursor, second.next_cursor)
  }
  const both = await school.client.getUnwatchStatV2({ livingid: school.living, next_key: second.next_cursor, next_cursor: '0' })
  assert.equal(both.next_cursor, first.next_cursor)
})

onBoth('asking with the last cursor again lists viewers who became missing since', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const only = await page(school)
  const after = await page(school, only.next_cursor)
  assert.deepEqual(after, { names: [], has_more: 0, next_cursor: only.next_cursor })
  await enrolled(school, 'wu', ['3A'])
  assert.deepEqual((await page(school, only.next_cursor)).names, ['wu'])
})

onBoth('an empty list answers next_cursor "0"', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] }, '3B': {} }, living: ['3A'] })
  const nobody = await school.startLiving(['3B'])
  assert.deepEqual(await page(school, '0', { livingid: nobody }), { names: [], has_more: 0, next_cursor: '0' })
  await school.watch('li')
  assert.deepEqual(await page(school), { names: [], has_more: 0, next_cursor: '0' })
})

onBoth('a cursor continues at its place even after everybody before it has watched', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const first = await page(school)
  const rest = await page(school, first.next_cursor)
  for (const name of first.names) await school.watch(name)
  assert.deepEqual((await page(school, first.next_cursor)).names, rest.names)
})

onBoth('a cursor from before the end of the living is valid after it', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 3 })
  const first = await page(school)
  await endAt(school, school.clock.now + 1)
  const second = await page(school, first.next_cursor)
  assert.deepEqual([...first.names, ...second.names].sort(), ['he', 'li', 'li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('a cursor is valid on another server and with another page size', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  await using other = await anotherServer(school, { pageSize: 1 })
  const client = createClient({ base: other.base, corpid: school.corpid, corpsecret: school.app.secret })
  const first = await page(school)
  const next = await page(school, first.next_cursor, { client })
  assert.deepEqual(next.names, (await page(school, first.next_cursor)).names.slice(0, 1))
  assert.equal(next.has_more, 1)
})

onBoth('a student who changes classes keeps the place in the list, so a list in progress stays complete', async (database) => {
  await using school = await makeSchool(database, { classes: { ...households, choir: {} }, living: ['3A'], pageSize: 3 })
  const first = await page(school)
  for (const student of ['li', 'wu', 'he']) await moved(school, student, ['choir', '3A'])
  const second = await page(school, first.next_cursor)
  assert.deepEqual([...first.names, ...second.names].sort(), ['he', 'li', 'li_mum/li', 'wu', 'wu_dad/wu'])
})

onBoth('a damaged cursor and a cursor of another living are refused with 50100', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const elsewhere = await page(school, '0', { livingid: await school.startLiving(['3A']) })
  const { next_cursor } = await page(school)
  const flipped = [...next_cursor].map((letter, at) => next_cursor.slice(0, at) + (letter === 'A' ? 'B' : 'A') + next_cursor.slice(at + 1))
  const damaged = [
    ...flipped,
    next_cursor.slice(1),
    `${next_cursor}A`,
    `${next_cursor}=`,
    ` ${next_cursor}`,
    '1',
    '-1',
    'NEXT_CURSOR',
    '游标',
  ]
  for (const cursor of [elsewhere.next_cursor, ...damaged]) await refused(page(school, cursor), 50100, /next_cursor/)
})

onBoth('a cursor of another list of the same living is refused with 50100', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  const { livingid, client } = { livingid: school.living, client: school.client }
  const report = await client.ours.report({ livingid, limit: 2 })
  await refused(page(school, report.next_cursor), 50100, /next_cursor/)
  const { next_cursor } = await page(school)
  await refused(client.ours.report({ livingid, cursor: next_cursor }), 50100, /next_cursor/)
  await refused(client.getWatchStatV2({ livingid, next_cursor }), 50100, /next_cursor/)
})

onBoth('a page that is asked for again and again shows the next change at once', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 3 })
  const first = await page(school)
  for (let times = 0; times < 4; times++) assert.deepEqual(await page(school), first)
  await school.watch('li')
  assert.ok(first.names.includes('li') && !(await page(school)).names.includes('li'))
})

onBoth('a cursor of the wrong type is refused with 40058', async (database) => {
  await using school = await makeSchool(database, { classes: households, living: ['3A'], pageSize: 2 })
  for (const cursor of [1, -1, 0.5, true, false, [], ['0'], {}, 'x'.repeat(257)]) await refused(page(school, cursor), 40058, /next_cursor/)
})
