import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantNames, grantsOf, type Kind } from '../../src/access/grants.ts'
import { onBoth, sqlite } from '../databases.ts'
import { post, sendInput, tokenOf, undecorated, unwatchPath } from '../http/raw.ts'
import { guarded, sample } from '../http/samples.ts'
import { makeSchool, type School } from '../world.ts'

/** The permission table of WeCom page 95795, row by row; then those of WeCom pages 93739, 91638 and 92325. */

const unwatched = async (school: School, app: { corpid: string; secret: string }, livingid: string) =>
  (await post(school.base, unwatchPath, await tokenOf(school.base, app), { livingid })).answer

/** The grants whose names occur in an errmsg. */
const named = (errmsg: string) => Object.keys(grantNames).filter((grant) => new RegExp(`\\b${grant}\\b`).test(errmsg))

const rows: Record<string, [kind: Kind, needed: string[], others: string[]]> = {
  'a self-built app has to be in both lists': ['self-built', ['living_api', 'parent_app'], ['contacts_edit', 'contacts_read']],
  'a delegated app needs both permissions': ['delegated', ['live', 'school'], ['school_edit']],
  'a third-party app needs both permissions': ['third-party', ['live', 'school'], ['school_edit']],
}
for (const [rule, [kind, needed, others]] of Object.entries(rows))
  test(`${rule}, and the error names exactly the missing ones`, async () => {
    await using school = await makeSchool(sqlite, { kind, classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
    assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
    for (const held of [[], needed.slice(0, 1), needed.slice(1), others]) {
      const app = await school.makeApp(kind, held)
      const { errcode, errmsg } = await unwatched(school, app, school.living)
      assert.equal(errcode, 48002)
      assert.deepEqual(
        named(errmsg),
        needed.filter((grant) => !held.includes(grant)),
      )
    }
    const enough = await school.makeApp(kind, needed)
    const { livingid } = await enough.client.livingCreate({ anchor_userid: 'w', theme: 't', living_start: 1, living_duration: 2 ** 24 })
    assert.equal((await unwatched(school, enough, livingid)).errcode, 0)
  })

test('a system app of a legacy corp needs no grant, and may read only its own livings', async () => {
  await using school = await makeSchool(sqlite, { kind: 'system', legacy: true, classes: { '3A': { li: [] } }, living: ['3A'] })
  assert.deepEqual(await school.unwatched(), ['li'])
  const other = await school.makeApp('system')
  assert.equal((await unwatched(school, other, school.living)).errcode, 92008)
})

test('a system app of any other corp gets a token, but every call is refused', async () => {
  await using school = await makeSchool(sqlite)
  const token = await tokenOf(school.base, await school.makeApp('system'))
  for (const [name, call] of guarded) {
    const { answer } = await sendInput(school.base, call, token, sample(call.input) as Record<string, unknown>)
    assert.equal(answer.errcode, 48002, name)
    assert.deepEqual(named(answer.errmsg), [], name)
  }
})

onBoth('an app can read only the livings that it created', async (database) => {
  await using school = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const other = await school.makeApp()
  const { errcode, errmsg } = await unwatched(school, other, school.living)
  assert.equal(errcode, 92008)
  assert.match(errmsg, /^livingid: created by another app\. no permission to operate this living, hint: /)
})

onBoth('an unknown living and a living of another corp get exactly the same answer', async (database) => {
  await using school = await makeSchool(database)
  await using stranger = await makeSchool(database, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const answers = [await unwatched(school, school.app, 'lvNobodyKnowsThisOne'), await unwatched(school, school.app, stranger.living)]
  const [unknown, others] = answers.map((answer) => ({ ...answer, errmsg: undecorated(answer.errmsg) }))
  assert.equal(unknown?.errcode, 40058)
  assert.deepEqual(others, unknown)
})

test('no call, official or Rollcall’s own, reveals to another corp that a living exists', async () => {
  await using school = await makeSchool(sqlite)
  await using stranger = await makeSchool(sqlite, { classes: { '3A': { li: [] } }, living: ['3A'] })
  const token = await tokenOf(school.base, school.app)
  for (const [name, call] of guarded) {
    if (!('livingid' in call.input.properties)) continue
    const input = sample(call.input) as Record<string, unknown>
    const [unknown, others] = [
      await sendInput(school.base, call, token, { ...input, livingid: 'lvNobodyKnowsThisOne' }),
      await sendInput(school.base, call, token, { ...input, livingid: stranger.living }),
    ]
    assert.equal(unknown.answer.errcode, 40058, name)
    assert.equal(undecorated(others.answer.errmsg), undecorated(unknown.answer.errmsg), name)
  }
})

/** The calls that need two grants, those in `rows` above: all statistics of a living. */
const statistics = /^\/cgi-bin\/school\/living\/|^\/v1\/livings\/\{livingid\}\/report$/

for (const [kind, needed] of Object.values(rows))
  test(`every call for statistics needs both grants of a ${kind} app`, async () => {
    await using school = await makeSchool(sqlite)
    for (const grant of needed) {
      const token = await tokenOf(school.base, await school.makeApp(kind, [grant]))
      for (const [name, call] of guarded) {
        if (!statistics.test(call.path)) continue
        const { answer } = await sendInput(school.base, call, token, sample(call.input) as Record<string, unknown>)
        assert.equal(answer.errcode, 48002, `${name} with ${grant}`)
        assert.deepEqual(
          named(answer.errmsg),
          needed.filter((other) => other !== grant),
          name,
        )
      }
    }
  })

/**
 * Which paths need one of which grants, for self-built apps (`own`) and for apps of a suite (`suite`). The statistics calls need two grants.
 */
const oneIsEnough: [paths: RegExp, own: string[], suite: string[]][] = [
  [/^\/cgi-bin\/living\/|^\/v1\/livings\/\{livingid\}\/(start|end|extend|presence|excuse|links)$/, ['living_api'], ['live']],
  [/^\/cgi-bin\/school\/(user|department)\/(create|update|delete|batch)|^\/v1\/roster\/subscriptions$/, ['contacts_edit'], ['school_edit']],
  [/^\/cgi-bin\/(school|externalcontact)\/set_\w+$/, ['contacts_edit'], ['school_edit']],
  [
    /^\/cgi-bin\/school\/(user|department)\/(get|list)|^\/cgi-bin\/(school\/agent\/get_allow_scope|externalcontact\/get_subscribe_mode)$/,
    ['contacts_read', 'contacts_edit', 'parent_app'],
    ['school', 'school_edit'],
  ],
]
for (const kind of ['self-built', 'delegated', 'third-party'] as const)
  test(`a ${kind} app needs the right grant for livings, for writing contacts and for reading contacts`, async () => {
    await using school = await makeSchool(sqlite)
    for (const grant of grantsOf[kind]) {
      const token = await tokenOf(school.base, await school.makeApp(kind, [grant]))
      for (const [name, call] of guarded) {
        const rule = oneIsEnough.find(([paths]) => paths.test(call.path))
        if (!rule) continue
        const enough = rule[kind === 'self-built' ? 1 : 2]
        const { answer } = await sendInput(school.base, call, token, sample(call.input) as Record<string, unknown>)
        assert.equal(answer.errcode === 48002, !enough.includes(grant), `${name} with ${grant}: ${answer.errmsg}`)
        if (answer.errcode === 48002) assert.deepEqual(named(answer.errmsg).sort(), enough.toSorted(), name)
      }
    }
  })

test('every call that needs a grant is covered by one of these permission rules', () => {
  const known = [...oneIsEnough.map(([paths]) => paths), statistics]
  for (const [name, { path }] of guarded) assert.equal(known.filter((paths) => paths.test(path)).length, 1, name)
})
