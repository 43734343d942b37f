import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { disableAccount } from '../../src/console/accounts.ts'
import { deviceDays } from '../../src/console/known_device.ts'
import { readSession } from '../../src/console/session.ts'
import { cleanSignInLimits, limitOfAddress, networkOf, takeAttempts } from '../../src/console/sign_in_limits.ts'
import { onBoth, sqlite } from '../databases.ts'
import { anotherServer } from '../http/another_server.ts'
import { makeSchool, type School } from '../world.ts'
import { signInAs } from './requests.ts'
import { makeAccount } from './teacher.ts'

/** How often a wrong password may be tried, and who may sign in all the same. */
const wrong = { said: 'guess' }
const keyOf = (set: readonly string[]) => /rollcall_session=([^;]*)/.exec(set.join())?.[1]
let lastAddress = 0
/** An address that no other test of this file uses. */
const newAddress = () => `198.18.${++lastAddress >> 8}.${lastAddress & 255}`

/** Signs in, by default from a new address: the schools of this file share a database, and each has its clock. */
const tryAs = (at: { base: string }, typed: string, options: Parameters<typeof signInAs>[2] = {}) =>
  signInAs(at, typed, { from: newAddress(), ...options })

/** Tries ten wrong passwords, each from an address of its own. */
async function failTenTimes(school: School, typed: string) {
  for (let tries = 0; tries < 10; tries++) assert.equal((await tryAs(school, typed, wrong)).status, 401)
}

/** Uses up what wrong passwords one address has. */
async function useUp(school: School, address: string) {
  for (let tries = 0; tries < 100; tries++) await takeAttempts(school.db, [limitOfAddress(address)], school.clock.now)
}

onBoth('after ten wrong passwords an account is blocked for 30 seconds, also for the right password', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  const typed = `wang@${school.corpid}`
  await failTenTimes(school, typed)
  const { status, page, headers } = await tryAs(school, typed)
  assert.deepEqual([status, headers.get('retry-after')], [429, '30'])
  assert.match(page, /密码错误次数太多，请在 30 秒后再试。/)
  school.clock.now += 29
  assert.equal((await tryAs(school, typed)).headers.get('retry-after'), '1')
  school.clock.now += 1
  assert.equal((await tryAs(school, typed)).status, 303)
})

onBoth('an account has ten wrong passwords however its name is written, and through all processes together', async (database) => {
  await using school = await makeSchool(database)
  await using other = await anotherServer(school)
  await makeAccount(school, { name: `W${school.corpid}` })
  const name = `w${school.corpid}`
  const spellings = [
    name,
    name.toUpperCase(),
    `${name}@${school.corpid}`,
    ` ${name}@${school.corpid} `,
    `${name.toUpperCase()}@${school.corpid}`,
  ]
  for (const [index, typed] of [...spellings, ...spellings].entries())
    assert.equal((await tryAs(index % 2 ? school : other, typed, wrong)).status, 401)
  for (const typed of spellings) for (const at of [school, other]) assert.equal((await tryAs(at, typed)).status, 429, typed)
  // more than one @ names no account, whatever the password
  assert.equal((await tryAs(school, `${name}@${school.corpid}@1`)).status, 401)
})

onBoth('a name that is no account is answered like one that is', async (database) => {
  await using school = await makeSchool(database)
  const { account_no } = await makeAccount(school, { name: 'disabled', role: 'administrator' })
  await makeAccount(school, { name: 'head', role: 'administrator' })
  await disableAccount(school.db, school.corp_no, account_no, true)
  const answers = []
  for (const name of ['head', 'nobody', 'disabled']) {
    await failTenTimes(school, `${name}@${school.corpid}`)
    const { status, page } = await tryAs(school, `${name}@${school.corpid}`)
    answers.push({ status, message: /role="alert">([^<]*)/.exec(page)?.[1] })
  }
  assert.equal(answers[0]?.status, 429)
  assert.deepEqual(answers[1], answers[0])
  assert.deepEqual(answers[2], answers[0])
})

onBoth('a browser that has signed in before is let in, whatever others have tried', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  const typed = `wang@${school.corpid}`
  const from = newAddress()
  const { set } = await tryAs(school, typed)
  const cookie = set.find((each) => each.startsWith('rollcall_device='))
  assert.match(cookie ?? '', /^rollcall_device=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/)
  await useUp(school, from)
  await failTenTimes(school, typed)
  assert.equal((await tryAs(school, typed)).status, 429)
  assert.equal((await tryAs(school, typed, { from, browser: set })).status, 303)
  assert.equal((await tryAs(school, typed, { from })).status, 429)
  // the key of another browser, or of another account, helps nobody
  assert.equal((await tryAs(school, typed, { browser: [`rollcall_device=${'A'.repeat(43)}`] })).status, 429)
  await makeAccount(school, { name: 'chen' })
  const others = await tryAs(school, `chen@${school.corpid}`)
  assert.equal((await tryAs(school, typed, { browser: others.set })).status, 429)
})

onBoth('a known browser has ten wrong passwords of its own', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  const typed = `wang@${school.corpid}`
  const [one, other] = [(await tryAs(school, typed)).set, (await tryAs(school, typed)).set]
  for (let tries = 0; tries < 10; tries++) assert.equal((await tryAs(school, typed, { ...wrong, browser: one })).status, 401)
  assert.equal((await tryAs(school, typed, { browser: one })).status, 429)
  for (const browser of [other, []]) assert.equal((await tryAs(school, typed, { browser })).status, 303)
  school.clock.now += 30
  assert.equal((await tryAs(school, typed, { browser: one })).status, 303)
})

onBoth('a browser is known for a year after its latest sign-in, and is one of twenty of an account', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  await makeAccount(school, { name: 'chen' })
  const typed = `wang@${school.corpid}`
  const first = (await tryAs(school, typed)).set
  const isKnown = async (browser: readonly string[]) => {
    for (let tries = 0; tries < 10; tries++) await tryAs(school, typed, wrong)
    return (await tryAs(school, typed, { browser })).status === 303
  }
  school.clock.now += (deviceDays - 1) * 86_400
  // a browser that several teachers share is known for each of them
  await tryAs(school, `chen@${school.corpid}`, { browser: first })
  assert.ok(await isKnown(first))
  school.clock.now += (deviceDays - 1) * 86_400
  assert.ok(await isKnown(first))
  school.clock.now += deviceDays * 86_400 + 1
  assert.ok(!(await isKnown(first)))
  school.clock.now += 3600
  const again = (await tryAs(school, typed, { browser: first })).set
  for (let browsers = 0; browsers < 20; browsers++) {
    school.clock.now += 1
    assert.equal((await tryAs(school, typed)).status, 303)
  }
  assert.ok(!(await isKnown(again)))
})

onBoth('an address has a hundred wrong passwords, and IPv6 addresses of one network are one', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  const [used, free] = [newAddress(), newAddress()]
  await useUp(school, used)
  await useUp(school, '2001:db8:1:2::1')
  const statusFrom = async (from: string) => (await tryAs(school, `wang@${school.corpid}`, { from })).status
  assert.deepEqual([await statusFrom(used), await statusFrom(`::ffff:${used}`), await statusFrom(free)], [429, 429, 303])
  assert.deepEqual([await statusFrom('2001:DB8:1:2:ffff::9'), await statusFrom('2001:db8:1:3::1')], [429, 303])
  school.clock.now += 3
  assert.equal(await statusFrom(used), 303)
})

test('an IPv6 address is shortened to its first 64 bits, an IPv4 address stays', () => {
  for (const address of ['2001:db8::1', '2001:0db8:0:0:1:2:3:4', '2001:db8:0::ffff:1'])
    assert.equal(networkOf(address), '2001:db8:0:0::/64')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1']) assert.equal(networkOf(address), '192.0.2.1')
})

onBoth('right passwords are not counted', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  for (let times = 0; times < 14; times++) assert.equal((await tryAs(school, `wang@${school.corpid}`)).status, 303)
})

onBoth('where several schools have a name, the school whose account has the password signs in', async (database) => {
  await using school = await makeSchool(database)
  await using other = await makeSchool(database)
  const name = `li${school.corpid}`
  await makeAccount(school, { name })
  await makeAccount(other, { name, password: 'another password' })
  const mine = await tryAs(school, name)
  assert.equal(mine.status, 303)
  assert.equal((await tryAs(school, name, { said: 'another password' })).status, 303)
  assert.equal((await tryAs(school, name, wrong)).status, 401)
  // wrong passwords on the name in one school do not block the name in another
  school.clock.now += 300
  other.clock.now += 300
  await failTenTimes(school, `${name}@${other.corpid}`)
  assert.equal((await tryAs(school, name)).status, 303)
  assert.equal((await tryAs(school, name, { said: 'another password' })).status, 429)
  assert.equal((await tryAs(school, name, { browser: mine.set })).status, 303)
})

onBoth('where the password fits the accounts of several schools, the page asks for the corpid', async (database) => {
  await using school = await makeSchool(database)
  await using other = await makeSchool(database)
  const name = `li${school.corpid}`
  for (const each of [school, other]) await makeAccount(each, { name })
  const { status, page } = await tryAs(school, name)
  assert.deepEqual([status, page.includes('账号@企业ID')], [401, true])
  for (const each of [school, other]) {
    const { set, status } = await tryAs(school, `${name}@${each.corpid}`)
    assert.equal(status, 303)
    // a browser that knows one of the accounts means that one
    const again = await tryAs(school, name, { browser: set })
    assert.equal(again.status, 303)
    assert.equal((await readSession(school.db, keyOf(again.set), school.clock.now, false))?.corpid, each.corpid)
  }
})

onBoth('an account does not help to guess the passwords of its namesakes in other schools', async (database) => {
  await using school = await makeSchool(database)
  await using attackers = await makeSchool(database)
  const name = `li${school.corpid}`
  await makeAccount(school, { name })
  await makeAccount(attackers, { name, password: 'guess one' })
  for (let tries = 0; tries < 10; tries++) assert.equal((await tryAs(school, name, { said: 'guess one' })).status, 303)
  // the tenth sign-in used up the attempts on the namesake, whose password is no longer compared
  assert.equal((await tryAs(school, `${name}@${school.corpid}`)).status, 429)
})

onBoth('limits that have all their attempts are deleted', async (database) => {
  await using school = await makeSchool({ ...database })
  const { now } = school.clock
  const limits = [limitOfAddress('192.0.2.1'), limitOfAddress('192.0.2.2'), limitOfAddress('192.0.2.2')]
  for (const limit of limits) await takeAttempts(school.db, [limit], now - 3)
  await cleanSignInLimits(school.db)(now)
  const left = async () => (await school.db.all<{ key_hash: string }>(allLimits)).map(({ key_hash }) => key_hash)
  assert.deepEqual(await left(), [limits[1]?.key_hash])
  await cleanSignInLimits(school.db)(now + 3)
  assert.deepEqual(await left(), [])
})
const allLimits = { strings: ['select key_hash from sign_in_limit'], parts: [] }

onBoth('sign-ins while the clock was ahead block nobody once the clock is right', async (database) => {
  await using school = await makeSchool(database)
  await makeAccount(school)
  const typed = `wang@${school.corpid}`
  const from = newAddress()
  const { now } = school.clock
  school.clock.now += 31 * 86_400
  await failTenTimes(school, typed)
  await tryAs(school, typed, { from })
  school.clock.now = now
  assert.equal((await tryAs(school, typed, { from })).status, 303)
  await failTenTimes(school, typed)
  assert.equal((await tryAs(school, typed, { from })).status, 429)
})

test('a flood of sign-ins is refused before it hashes, and the process goes on reading files', async () => {
  await using school = await makeSchool(sqlite)
  await makeAccount(school)
  const known = await tryAs(school, `wang@${school.corpid}`)
  const flood = Array.from({ length: 250 }, (_, index) => tryAs(school, `nobody${index}@${school.corpid}`))
  await Promise.race(flood)
  const startMs = performance.now()
  await readFile(new URL(import.meta.url))
  const signedIn = await tryAs(school, `wang@${school.corpid}`, { browser: known.set })
  assert.equal(signedIn.status, 303)
  const tookMs = performance.now() - startMs
  assert.ok(tookMs < 2000, `${tookMs} ms`)
  const refused = (await Promise.all(flood)).filter(({ status }) => status !== 401)
  assert.ok(refused.length >= 100, String(refused.length))
  for (const { status, headers } of refused) assert.deepEqual([status, headers.get('retry-after')], [503, '5'])
})
