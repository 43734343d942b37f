import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disableAccount } from '../../src/console/accounts.ts'
import { openSession } from '../../src/console/session.ts'
import { onBoth, sqlite } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { ask, cookieOf, signInAs } from './requests.ts'
import { makeAccount, password } from './teacher.ts'

/** Signing in, sessions, CSRF and permissions of the console, tested with plain HTTP requests. */
const signIn = (school: School, name: string, said = password) => signInAs(school, `${name}@${school.corpid}`, { said })

/** Creates an account and a session for it, without the sign-in page. */
async function sessionOf(school: School, role: 'teacher' | 'administrator' = 'administrator') {
  const { account_no } = await makeAccount(school, { name: role, role, userid: 'wang' })
  const key = await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)
  return { account_no, cookies: `rollcall_session=${key}` }
}

onBoth('a session cookie is HttpOnly and SameSite, and pages have a strict content security policy', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } } })
  await makeAccount(school)
  const { status, set } = await signIn(school, 'wang')
  assert.equal(status, 303)
  const [key] = set.filter((each) => each.startsWith('rollcall_session'))
  assert.match(key ?? '', /HttpOnly; SameSite=Lax$/)
  const page = await ask(school, { path: '/', cookies: cookieOf(set) })
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.doesNotMatch(page.page, /<script>|<style| style=| on\w+=/)
})

onBoth('a wrong password, an unknown account, another school and a disabled account get the same answer', async (database) => {
  await using school = await makeSchool(database)
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator' })
  await makeAccount(school)
  for (const each of [
    await signIn(school, 'wang', 'guess'),
    await signIn(school, 'nobody'),
    await signIn({ ...school, corpid: 'wwother' }, 'wang'),
  ])
    assert.deepEqual([each.status, each.page.includes('账号或密码不对')], [401, true])
  await makeAccount(school, { name: 'second', role: 'administrator' })
  await disableAccount(school.db, school.corp_no, account_no, true)
  assert.equal((await signIn(school, 'head')).status, 401)
})

onBoth('an account signs in by its name and corpid, also when more than twenty schools have the name', async (database) => {
  const schools = await Promise.all(Array.from({ length: 21 }, () => makeSchool(database)))
  try {
    for (const school of schools) await makeAccount(school, { name: 'librarian' })
    for (const school of schools) assert.equal((await signIn(school, 'librarian')).status, 303)
  } finally {
    for (const school of schools) await school[Symbol.asyncDispose]()
  }
})

onBoth('a session ends after 12 hours without use, by signing out, and when the account is disabled', async (database) => {
  await using school = await makeSchool(database)
  const { cookies, account_no } = await sessionOf(school, 'teacher')
  const isIn = async (those = cookies) => (await ask(school, { path: '/', cookies: those })).status === 200
  assert.ok(await isIn())
  school.clock.now += 6 * 3600
  assert.ok(await isIn())
  school.clock.now += 11 * 3600
  assert.ok(await isIn())
  school.clock.now += 13 * 3600
  assert.ok(!(await isIn()))
  const again = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  const { token } = await ask(school, { path: '/', cookies: again })
  await ask(school, { path: '/sign-out', cookies: again, form: { token } })
  assert.ok(!(await isIn(again)))
  const last = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  await disableAccount(school.db, school.corp_no, account_no, true)
  assert.ok(!(await isIn(last)))
})

test('an account name has no spaces, control characters and @', async () => {
  await using school = await makeSchool(sqlite)
  for (const name of ['wang li', 'wang@ww', 'wang\u001b[31m', 'wang\u0000'])
    await assert.rejects(makeAccount(school, { name }), /name: expected 1-64 characters without spaces, control characters and @/)
})

test('a form without the right CSRF token, or from another site, is refused', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { cookies } = await sessionOf(school)
  const { token } = await ask(school, { path: '/', cookies })
  const other = await ask(school, { path: '/sign-in' })
  const forms = [
    '/apps',
    `/apps/${school.app.agentid}`,
    '/accounts',
    '/accounts/1',
    `/livings/${school.living}/excuse`,
    '/sign-out',
    '/language',
  ]
  for (const path of forms) {
    assert.equal((await ask(school, { path, cookies, form: { name: 'x' } })).status, 400, path)
    assert.equal((await ask(school, { path, cookies, form: { token: other.token } })).status, 400, path)
    assert.equal((await ask(school, { path, cookies, form: { token }, headers: { 'sec-fetch-site': 'cross-site' } })).status, 400, path)
  }
  assert.equal((await ask(school, { path: '/', cookies })).status, 200)
})

test('a redirect target outside of the console is replaced by the start page', async () => {
  await using school = await makeSchool(sqlite)
  const { cookies } = await sessionOf(school)
  const { token } = await ask(school, { path: '/', cookies })
  const outside = ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']
  for (const back of [...outside, '/livings\r\nset-cookie: a=b', '/livings\u0001', '/班级'])
    assert.equal((await ask(school, { path: '/language', cookies, form: { token, to: 'en', back } })).to, '/', back)
})

test('a redirect after an excuse leads to a path of its living, whatever the form asks for', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const { cookies } = await sessionOf(school)
  const { token } = await ask(school, { path: '/', cookies })
  const path = `/livings/${school.living}`
  for (const back of ['/apps', `${path}\r\nset-cookie: a=b`, `${path}?q=\u0001`])
    assert.equal((await ask(school, { path: `${path}/excuse`, cookies, form: { token, back } })).to, path, back)
})

test('over TLS the console asks browsers to come over TLS for the next year, and its cookies are Secure', async () => {
  await using school = await makeSchool(sqlite)
  const over = (proto: string) => ask(school, { path: '/sign-in', headers: { 'x-forwarded-proto': proto } })
  const [https, http] = [await over('https'), await over('http')]
  assert.equal(https.headers.get('strict-transport-security'), 'max-age=31536000')
  assert.match(https.set.join(), /; Secure$/)
  assert.equal(http.headers.get('strict-transport-security'), null)
  assert.doesNotMatch(http.set.join(), /Secure/)
})

test('HTML in names and searches is escaped', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: ['li.ma'] } }, living: ['3A'] })
  const name = `<script>alert("1")</script>'&`
  await school.client.updateStudent({ student_userid: 'li', name })
  const { cookies } = await sessionOf(school)
  const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'
  for (const path of [`/livings/${school.living}`, `/livings/${school.living}/print`, `/classes/${school.classIds['3A']}`, '/pupils/li']) {
    const { page } = await ask(school, { path, cookies })
    assert.ok(page.includes(escaped) && !page.includes('<script>'), path)
  }
  const { page } = await ask(school, { path: `/livings/${school.living}?q=${encodeURIComponent('"><script>')}`, cookies })
  assert.ok(!page.includes('<script>'))
})

test('a teacher cannot change apps and accounts, nor lines of another teacher’s class', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: [] }, '3B': { sun: [] } }, living: ['3A', '3B'] })
  const { account_no } = await makeAccount(school, { classes: [school.classIds['3B'] as number] })
  const cookies = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  const { token } = await ask(school, { path: '/', cookies })
  for (const path of ['/apps', `/apps/${school.app.agentid}`, '/accounts', '/accounts/1'])
    assert.equal((await ask(school, { path, cookies, form: { token, name: 'x', do: 'rotate' } })).status, 403, path)
  const excuse = (one: string) => ask(school, { path: `/livings/${school.living}/excuse`, cookies, form: { token, one } })
  assert.equal((await excuse('1')).status, 403)
  assert.equal((await excuse('2')).status, 303)
  assert.deepEqual(await school.unwatched(), ['li'])
})

test('without --demo, sessions of the demo school are refused', async () => {
  await using school = await makeSchool(sqlite)
  const { cookies } = await sessionOf(school)
  await school.db.batch([{ strings: ['update corp set demo = 1 where corp_no = ', ''], parts: [school.corp_no] }])
  assert.equal((await ask(school, { path: '/', cookies })).status, 303)
})
