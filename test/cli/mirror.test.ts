import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readXlsx } from 'hucre/xlsx'
import { sqlite } from '../databases.ts'
import { farSchool } from '../mirror/far_school.ts'
import { folder, rollcall, serve } from './command.ts'

/** `rollcall mirror` with a second Rollcall that plays WeCom. The other commands must print the same from the mirror as from that host. */

test('after mirror, tables, names and spreadsheets from the mirror equal those from the host', async () => {
  await using far = await farSchool(sqlite, { at: Math.floor(Date.now() / 1000) - 250 })
  far.clock.now += 250
  using place = folder()
  const env = { LANG: 'C.UTF-8', LC_ALL: '', ROLLCALL_CONFIG_FILE: join(place.path, 'login.json'), ROLLCALL_DATABASE: place.database }
  const run = async (...args: string[]) => rollcall(args, { env })
  const { corpid, living } = far
  const login = await rollcall(['login', '--base', far.base, '--corp', corpid], { env, input: far.app.secret })
  assert.equal(login.code, 0, login.stderr)

  const { code, stdout, stderr } = await run('mirror', '--living', living, 'nothing')
  assert.equal(code, 1, 'one of the two livings was refused')
  const { livings, ...report } = JSON.parse(stdout)
  assert.deepEqual(report, {
    from: far.base,
    corpid,
    agentid: 1_000_002,
    roster: { departments: 5, students: 7, parents: 6, changed: { departments: 4, students: 7, left: 0 } },
  })
  assert.deepEqual(
    livings.map((each: { outcome: string }) => each.outcome),
    ['written', 'refused'],
  )
  assert.match(stderr, /^note: app 1000002 was made .*rotate-secret --corp \w+ --agentid 1000002/)
  assert.match(stderr, /\nnothing: .*40058/)
  assert.doesNotMatch(stdout + stderr, new RegExp(`${far.app.secret}|\u001b`), 'no secret, and no bar in a pipe')
  assert.equal((await run('mirror')).stderr, '', 'a second run makes nothing')

  const { secret } = JSON.parse((await run('app', 'rotate-secret', '--corp', corpid, '--agentid', '1000002')).stdout)
  await using here = await serve(['--database', place.database])
  const asked = async (base: string, key: string, ...args: string[]) => {
    const answer = await rollcall([...args, '--base', base, '--corp', corpid], { env: { ...env, ROLLCALL_SECRET: key } })
    assert.equal(answer.code, 0, answer.stderr)
    return answer
  }
  const both = async (...args: string[]) => {
    const [there, local] = await Promise.all([asked(far.base, far.app.secret, ...args), asked(here.url, secret, ...args)])
    const lines = (text: string) => text.split('\r\n').sort()
    assert.deepEqual(lines(local.stdout), lines(there.stdout), args.join(' '))
    assert.equal(local.stderr.replace(/^note: mirrored 20\S+ \S+, and the lesson is not over: .*\n/, ''), there.stderr)
    assert.match(local.stderr, /^note: mirrored/)
  }
  await both('unwatched', living, '--format', 'csv', '--by', 'household')
  await both('watched', living, '--format', 'csv', '--min-percent', '1')
  await both('report', living, '--format', 'csv', '--by', 'viewer')
  const books = []
  for (const [name, base, key] of [
    ['there', far.base, far.app.secret],
    ['here', here.url, secret],
  ] as const) {
    const file = join(place.path, `${name}.xlsx`)
    await asked(base, key, 'report', living, '--by', 'viewer', '--output', file)
    const { sheets } = await readXlsx(readFileSync(file))
    books.push(sheets.map((sheet) => ({ name: sheet.name, rows: sheet.rows.map((row) => JSON.stringify(row)).sort() })))
  }
  assert.deepEqual(books[1], books[0])
})

test('mirror without a login, or into a school of this database’s own, fails and says what to do', async () => {
  await using far = await farSchool(sqlite)
  using place = folder()
  const env = { ROLLCALL_CONFIG_FILE: join(place.path, 'login.json'), ROLLCALL_DATABASE: place.database }
  const none = await rollcall(['mirror', '--from', far.base, '--corp', far.corpid], { env })
  assert.deepEqual([none.code, none.stdout], [1, ''])
  assert.match(none.stderr, /run "rollcall login --base http\S+ --corp \w+" first/)
  const own = await rollcall(['mirror', '--from', far.base, '--corp', far.corpid, '--database', far.url], {
    env: { ...env, ROLLCALL_SECRET: far.app.secret },
  })
  assert.equal(own.code, 1)
  assert.match(own.stderr, /pupils or lessons of its own in this database.*--database/)
})
