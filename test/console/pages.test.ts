import assert from 'node:assert/strict'
import { disableAccount, resetPassword } from '../../src/console/accounts.ts'
import { openSession } from '../../src/console/session.ts'
import { insertClasses } from '../../src/console/store.ts'
import { addHook } from '../../src/hooks/hook.ts'
import { onBoth } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { endAt } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { ask } from './requests.ts'
import { makeAccount } from './teacher.ts'

/** Every console page of a school with watched, missing and not subscribed viewers, on both databases. */
const classes = { '3A': { li: ['li.ma'], chen: ['chen.ma', 'chen.ba'] }, '3B': { sun: [] } }

async function pagesOf(school: School) {
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator', userid: 'wang' })
  const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  return async (path: string) => {
    const answer = await fetch(school.base + path, { headers: { cookie } })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
}

onBoth('every page answers 200, while the living runs and after it', async (database) => {
  await using school = await makeSchool(database, { classes, silent: ['chen.ba', 'sun'], living: ['3A', '3B'] })
  const start = school.clock.now
  school.clock.now += 600
  await school.watch('li', start, { leave_time: start + 30 })
  await school.watch('chen.ma/chen', start, { leave_time: start + 500 })
  const page = await pagesOf(school)
  const livingPath = `/livings/${school.living}`
  const paths = [
    '/',
    '/?page=2',
    livingPath,
    '/classes',
    `/classes/${school.classIds['3A']}`,
    '/pupils/LI',
    '/pupils/LI?term=0000-spring',
    '/roster',
    '/apps',
    '/accounts',
  ]
  for (const read of ['pupils', 'parents', 'households'])
    for (const show of ['missing', 'too_short', 'watched', 'excused', 'not_subscribed', 'outside'])
      for (const piece of ['', '/text', '/print', '/register.csv'])
        paths.push(`${livingPath}${piece}?read=${read}&show=${show}&min=50&sort=name&q=i`)
  for (const piece of ['numbers', 'timeline?viewer=1', 'text', 'print', 'register.csv', 'register.xlsx'])
    paths.push(`${livingPath}/${piece}`)
  const check = async () => {
    for (const path of paths) assert.equal((await page(path)).status, 200, path)
  }
  await check()
  await endAt(school, school.clock.now)
  await check()
  assert.match((await page('/roster')).text, /<small class="num">2<\/small>/)
  for (const path of ['/pupils/nobody', '/classes/999', '/apps/9', `${livingPath}/timeline?viewer=x`])
    assert.ok((await page(path)).status >= 403, path)
})

onBoth('the numbers of a living add up for students, parents and households, and for each class', async (database) => {
  await using school = await makeSchool(database, { classes, silent: ['chen.ba'], living: ['3A', '3B'] })
  await school.watch('li')
  const page = await pagesOf(school)
  const numbers = JSON.parse((await page(`/livings/${school.living}/numbers`)).text)
  for (const reading of ['pupils', 'parents', 'households']) {
    const { in_range, not_subscribed, excused, expected, watched, missing } = numbers[reading]
    assert.equal(in_range, not_subscribed + excused + expected)
    assert.equal(expected, watched + missing)
  }
  assert.deepEqual(numbers.pupils, { in_range: 3, not_subscribed: 0, excused: 0, expected: 3, watched: 1, missing: 2 })
  assert.deepEqual(numbers.parents, { in_range: 3, not_subscribed: 1, excused: 0, expected: 2, watched: 0, missing: 2 })
  assert.deepEqual(numbers.classes[school.classIds['3A'] as number].pupils, [1, 2])
})

onBoth('the event stream sends numbers at once and again after a change', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const { account_no } = await makeAccount(school, { userid: 'wang' })
  const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  const stop = new AbortController()
  const events = await fetch(`${school.base}/livings/${school.living}/events`, { headers: { cookie }, signal: stop.signal })
  assert.match(events.headers.get('content-type') ?? '', /^text\/event-stream/)
  const missing: number[] = []
  for await (const chunk of events.body as ReadableStream<Uint8Array>) {
    for (const [, text] of Buffer.from(chunk)
      .toString()
      .matchAll(/^data: (.*)$/gm))
      missing.push(JSON.parse(text as string).pupils.missing)
    if (missing.length === 1 && missing[0] === 2) await school.watch('li')
    if (missing.includes(1)) break
  }
  stop.abort()
  assert.deepEqual([missing[0], missing.at(-1)], [2, 1])
})

onBoth('an event stream ends when its session ends or its classes change, whichever process changed them', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A', '3B'] })
  await using other = await anotherServer(school)
  const party_id = school.classIds['3A'] as number
  const changes: Record<string, (account: { account_no: number; cookie: string }) => Promise<unknown>> = {
    'signed out': async ({ cookie }) => {
      const { token } = await ask(other, { path: '/', cookies: cookie })
      return ask(other, { path: '/sign-out', cookies: cookie, form: { token } })
    },
    disabled: ({ account_no }) => disableAccount(other.db, school.corp_no, account_no, true),
    'new password': ({ account_no }) => resetPassword(other.db, school.corp_no, account_no, 'a new password'),
    'other classes': ({ account_no }) => other.db.batch([insertClasses(school.corp_no, account_no, [school.classIds['3B'] as number])]),
    'form teacher of another class': () =>
      school.client.departmentUpdate({ id: school.classIds['3B'] as number, department_admins: [{ userid: 'sun', type: 3 }] }),
  }
  const open = async (name: string, signal: AbortSignal) => {
    const { account_no } = await makeAccount(school, {
      name: name.replaceAll(' ', '-'),
      userid: name === 'form teacher of another class' ? 'sun' : '',
      classes: [party_id],
    })
    const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
    const events = await fetch(`${school.base}/livings/${school.living}/events`, { headers: { cookie }, signal })
    assert.equal(events.status, 200, name)
    return { account_no, cookie, outcome: events.text().then(() => 'ended', () => 'went on') } // biome-ignore format: easier to read on one line
  }
  const stop = new AbortController()
  const unchanged = await open('unchanged', stop.signal)
  for (const [name, change] of Object.entries(changes)) {
    const { outcome, ...account } = await open(name, AbortSignal.timeout(8000))
    await change(account)
    assert.equal(await outcome, 'ended', name)
  }
  stop.abort()
  assert.equal(await unchanged.outcome, 'went on')
})

onBoth('the page of a living shows the stream key where a streaming server asks for it, until the living has ended', async (database) => {
  await using school = await makeSchool(database, { classes, living: ['3A'] })
  const page = await pagesOf(school)
  const path = `/livings/${school.living}`
  assert.doesNotMatch((await page(path)).text, /推流码/)
  const hook = { corp_no: school.corp_no, agentid: school.app.agentid, kind: 'srs', base: school.base }
  await addHook(school.db, school.secrets, hook, school.clock.now)
  const { publish = '' } = await school.client.ours.links({ livingid: school.living, publish: 1 })
  assert.ok((await page(path)).text.includes(`<code>${publish}</code>`))
  school.clock.now += 600
  await endAt(school, school.clock.now)
  assert.doesNotMatch((await page(path)).text, /推流码/)
})
