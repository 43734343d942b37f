import assert from 'node:assert/strict'
import { reasonWords } from '../../src/cli/ask/words.ts'
import { openSession } from '../../src/console/session.ts'
import { rollcall } from '../cli/command.ts'
import { makeAccount } from '../console/teacher.ts'
import { type Database, onBoth } from '../databases.ts'
import { endAt, enrolled, moved, reserve, startAt } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'

/** The official list, the report, the command and the console's files give the same answer in every state of a living, for every reason. */

/** One student or parent for each reason, named after it. */
const people = {
  '3A': {
    watched: [],
    never_came: ['ma'],
    left_before_start: [],
    too_short: [],
    replay_only: [],
    not_subscribed: [],
    excused: [],
    left: [],
  },
  '3B': { outsider: [] },
}
const minute = 60

/** A school with a reserved living of an hour, which nobody starts by watching. */
async function schoolOf(database: Database): Promise<School & { living: string }> {
  const school = await makeSchool(database, { classes: people, silent: ['not_subscribed'] })
  return Object.assign(school, { living: await reserve(school, ['3A'], { living_start: school.clock.now + 10 * minute }) })
}

/** Brings each reason about. The living has run for half an hour then. */
async function run(school: School): Promise<void> {
  const { clock, living, client } = school
  const watch = (who: string, from: number, more: object) => school.watch(who, from, more, living)
  clock.now += 10 * minute
  const start = clock.now
  await startAt(school, start, living)
  clock.now += 30 * minute
  await watch('watched', start, { leave_time: clock.now })
  await watch('left_before_start', start - 300, { leave_time: start - 200 })
  await watch('too_short', start, { leave_time: start + 10 })
  await watch('outsider', start, { leave_time: clock.now })
  const visitor = { nickname: 'visitor', visitor_id: 'v1', enter_time: start, leave_time: clock.now }
  await client.ours.presence({ livingid: living, stays: [visitor] })
  await watch('replay_only', start, { leave_time: clock.now, replay: 1 })
  await client.ours.excuse({ livingid: living, viewers: [{ student_userid: 'excused' }], reason: '病假', by: 'wang' })
  await moved(school, 'left', ['3B'])
}

/** What brings a living into a state. */
const states: Readonly<Record<string, (school: School) => Promise<unknown>>> = {
  reserved: async () => {},
  live: run,
  ended: async (school) => {
    await run(school)
    await endAt(school, school.clock.now, school.living)
    school.clock.now += minute
    await enrolled(school, 'joined_after', ['3A'])
    await moved(school, 'never_came', ['3B'])
  },
  expired: async ({ clock }) => {
    clock.now += 4 * 3600
  },
  cancelled: ({ client, living }) => client.livingCancel({ livingid: living }),
}

const everybody = [...Object.keys(people['3A']), 'ma/never_came']
const held = Object.fromEntries([...everybody, 'outsider', 'visitor'].map((who) => [who, who.replace('ma/', '')]))
const reserved = Object.fromEntries(everybody.map((who) => [who, who === 'not_subscribed' ? who : 'never_came']))
const notHeld = Object.fromEntries(everybody.map((who) => [who, 'not_held']))
/** The reason of each viewer, with a minimum of 50 %, in each state. */
const reasonsByState: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  reserved,
  live: held,
  ended: { ...held, joined_after: 'joined_after' },
  expired: notHeld,
  cancelled: notHeld,
}

const isMissing = (reason: string) => ['never_came', 'left_before_start', 'too_short', 'replay_only'].includes(reason)

type Who = { student_userid?: string | undefined; parent_userid?: string | undefined; name?: string | undefined }
const nameOf = ({ student_userid, parent_userid, name }: Who) =>
  parent_userid ? `${parent_userid}/${student_userid}` : student_userid || name || ''

/** Asks for the CSV files of the console. */
async function consoleOf(school: School) {
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator', userid: 'wang' })
  const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  return async (query: string) => {
    const answer = await fetch(`${school.base}/livings/${school.living}/register.csv?${query}`, { headers: { cookie } })
    assert.equal(answer.status, 200)
    const rows = (await answer.text()).trim().split('\r\n').slice(1)
    return rows.map((row) => {
      const [, name, student_userid, , parent_userid, text = ''] = row.split(',')
      return [nameOf({ name, student_userid, parent_userid }), text] as const
    })
  }
}

for (const [state, bringAbout] of Object.entries(states))
  onBoth(`the lists, the report, the command and the console agree on a living that is ${state}`, async (database) => {
    await using school = await schoolOf(database)
    await bringAbout(school)
    const reasons = reasonsByState[state] as Record<string, string>
    const missing = Object.keys(reasons).filter((who) => isMissing(reasons[who] as string))
    const { living, client } = school

    const report = await client.ours.report({ livingid: living, min_percent: 50 })
    assert.deepEqual(Object.fromEntries(report.lines.map((line) => [nameOf(line), line.reason])), reasons)
    assert.equal(report.counts?.missing, missing.length)

    const withoutMinimum = missing.filter((who) => reasons[who] !== 'too_short')
    assert.deepEqual(await school.unwatched(living), withoutMinimum.toSorted())

    const env = { LANG: 'C.UTF-8', ROLLCALL_BASE: school.base, ROLLCALL_CORP: school.corpid, ROLLCALL_SECRET: school.app.secret }
    const flags = ['--min-percent', '50', '--format', 'ndjson', '--exit-code']
    const { stdout, code } = await rollcall(['unwatched', living, ...flags], { env })
    const printed = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Who & { reason: string })
    assert.deepEqual(printed.map((line) => [nameOf(line), line.reason]).toSorted(), missing.map((who) => [who, reasons[who]]).toSorted())
    assert.equal(code, missing.length ? 1 : 0)

    const fileOf = await consoleOf(school)
    // the console gives no reason to who is expected at a living that has not begun
    const textOf = (reason: string) => (state === 'reserved' && isMissing(reason) ? '' : reasonWords[reason]?.zh)
    const whole = await fileOf('show=all&min=50')
    assert.deepEqual(Object.fromEntries(whole), Object.fromEntries(Object.entries(reasons).map(([who, reason]) => [who, textOf(reason)])))
    const listed = [...(await fileOf('read=pupils&min=50')), ...(await fileOf('read=parents&min=50'))].map(([who]) => who)
    assert.deepEqual(listed.toSorted(), missing.toSorted())
  })
