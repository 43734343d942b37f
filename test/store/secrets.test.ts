import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sharedKey } from '../../src/access/apps.ts'
import { addHook } from '../../src/hooks/hook.ts'
import { makeLink } from '../../src/hooks/link_token.ts'
import type { Db } from '../../src/store/db.ts'
import { openDb } from '../../src/store/open.ts'
import { openSecrets, rotateSecrets } from '../../src/store/seal_all.ts'
import { keyFile, keyFilePath } from '../../src/store/secret_key_file.ts'
import { sql, verbatim } from '../../src/store/sql.ts'
import { tables } from '../../src/store/tables.ts'
import { folder, rollcall, rollcallJson } from '../cli/command.ts'
import { type Database, onBoth, sqlite } from '../databases.ts'
import { aes_key, listen, makeReceiver, token } from '../events/receiver.ts'
import { anotherServer } from '../http/another_server.ts'
import { makeSuite } from '../suites.ts'
import { makeSchool, type School } from '../world.ts'

/** What must be readable again is encrypted with a key outside the database; what need not be is a hash. */

const secretsGiven = { livekit: 'APIabc:livekit-secret-of-32-characters', bigbluebutton: 'bigbluebutton-secret' }

/** Creates a school, in a database of its own, that has a secret of every kind. `clear` lists all of them in clear text. */
async function withSecrets(database: Database) {
  const school = await makeSchool({ ...database }, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
  const { db, secrets, corp_no, app, clock, living, base } = school
  const hooks: Record<string, string> = {}
  for (const kind of ['srs', 'livekit', 'bigbluebutton'] as const) {
    const secret = kind === 'srs' ? {} : { secret: secretsGiven[kind] }
    hooks[kind] = (await addHook(db, secrets, { corp_no, agentid: app.agentid, kind, base, ...secret }, clock.now)).url
  }
  const receiver = await makeReceiver()
  await listen(school, receiver)
  const suite = await makeSuite(school, 'third-party')
  const { links, publish: name = '' } = await school.client.ours.links({ livingid: living, publish: 1 })
  const [row] = await db.all<{ signing_key: string; living_no: number }>(sql`select signing_key, living_no from living_link`)
  const signing_key = secrets.open(row?.signing_key ?? '', 'living_link.signing_key', corp_no, row?.living_no ?? 0)
  const shared = (['cursor_key', 'suite_ticket_key', 'callback_key'] as const).map(async (name) =>
    (await sharedKey(db, secrets, name)).toString('base64url'),
  )
  const keys = Object.values(hooks).map((url) => url.split('key=')[1] as string)
  const clear = [...Object.values(secretsGiven), ...keys, token, aes_key, signing_key, app.secret, ...(await Promise.all(shared))]
  const link = links[0]?.link as string
  const beat = async (by = link, at = base) =>
    (await fetch(`${at}/v1/heartbeat`, { method: 'POST', body: JSON.stringify({ link: by, stay: 'abc' }) })).status
  const publish = async (at = base) =>
    (
      await fetch(hooks.srs?.replace(base, at) as string, {
        method: 'POST',
        body: JSON.stringify({ action: 'on_publish', stream: living, param: `?${name.split('?')[1]}` }),
      })
    ).text()
  return { school, receiver, suite, clear, signing_key, living_no: row?.living_no ?? 0, beat, publish, hooks, link }
}

/** Everything that a thief of the database has: the bytes of an SQLite file and its WAL, or the rows of all tables of PostgreSQL. */
async function stolen({ db, url }: Pick<School, 'db' | 'url'>): Promise<string> {
  if (db.dialect === 'sqlite')
    return [url, `${url}-wal`]
      .filter(existsSync)
      .map((file) => readFileSync(file, 'latin1'))
      .join('')
  const rows = await Promise.all(
    tables().map(({ name }) => db.all<{ line: string }>(sql`select cast(t as text) as line from ${verbatim(name)} t`)),
  )
  return rows
    .flat()
    .map(({ line }) => line)
    .join('\n')
}

const inClear = async (school: School, clear: readonly string[]) => {
  const bytes = await stolen(school)
  return clear.filter((secret) => bytes.includes(secret))
}

onBoth('no secret stands in clear in the database', async (database) => {
  const { school, receiver, clear } = await withSecrets(database)
  await using _ = school
  await using __ = receiver
  assert.ok(clear.length >= 11)
  assert.deepEqual(await inClear(school, clear), [])
})

onBoth('a link signed with what a stolen database holds is refused', async (database) => {
  const { school, receiver, beat, living_no } = await withSecrets(database)
  await using _ = school
  await using __ = receiver
  const [row] = await school.db.all<{ signing_key: string }>(sql`select signing_key from living_link`)
  const [viewer] = await school.db.all<{ viewer_no: number }>(sql`select viewer_no from viewer limit 1`)
  const sealed = row?.signing_key ?? ''
  for (const key of [sealed, sealed.split(':').at(-1) as string]) {
    const forged = await makeLink(key, { corp_no: school.corp_no, living_no }, viewer?.viewer_no ?? 0, school.clock.now, 3600)
    assert.equal(await beat(forged), 403)
  }
})

onBoth('an encrypted text that is copied into another row, or changed, is refused', async (database) => {
  const { school, receiver } = await withSecrets(database)
  await using _ = school
  await using __ = receiver
  const { db, secrets, corp_no } = school
  const [row] = await db.all<{ hook_no: number; secret: string }>(sql`select hook_no, secret from hook where kind = 'bigbluebutton'`)
  const { hook_no = 0, secret = '' } = row ?? {}
  assert.equal(secrets.open(secret, 'hook.secret', corp_no, hook_no), 'bigbluebutton-secret')
  assert.throws(() => secrets.open(secret, 'hook.secret', corp_no, hook_no + 1), /hook\.secret of .*belongs to another row/)
  assert.throws(() => secrets.open(secret, 'callback.token', corp_no, hook_no), /belongs to another row/)
  const changed = secret.slice(0, -2) + (secret.endsWith('AA') ? 'BB' : 'AA')
  assert.throws(() => secrets.open(changed, 'hook.secret', corp_no, hook_no), /was changed/)
  assert.throws(() => secrets.open(secret.slice(0, 20), 'hook.secret', corp_no, hook_no), /was changed/)
  assert.throws(() => secrets.open('clear', 'hook.secret', corp_no, hook_no), /expected an encrypted text/)
})

/** Makes the database what version 0.9 left: all secrets in clear, hooks with their whole URL. */
async function asBefore({ db, secrets, corp_no, app }: School, living_no: number, hooks: Readonly<Record<string, string>>) {
  const settings = await db.all<{ name: string; value: string }>(sql`select name, value from setting where name like '%\\_key' escape '\\'`)
  const [link] = await db.all<{ signing_key: string }>(sql`select signing_key from living_link`)
  await db.batch([
    ...settings.map(
      ({ name, value }) => sql`update setting set value = ${secrets.open(value, 'setting.value', name)} where name = ${name}`,
    ),
    ...Object.entries(hooks).map(
      ([kind, url]) =>
        sql`update hook set url = ${url}, secret = ${secretsGiven[kind as keyof typeof secretsGiven] ?? ''} where kind = ${kind}`,
    ),
    sql`update callback set token = ${token}, aes_key = ${aes_key} where agentid = ${app.agentid}`,
    sql`update living_link set signing_key = ${secrets.open(link?.signing_key ?? '', 'living_link.signing_key', corp_no, living_no)}`,
    sql`delete from setting where name in ('secret_key', 'database_id')`,
    sql`delete from migration where no = 11`,
  ])
}

onBoth('the first start encrypts what an older version left in clear, also when several processes start together', async (database) => {
  const { school, receiver, clear, living_no, hooks, beat, publish } = await withSecrets(database)
  await using _ = school
  await using __ = receiver
  await asBefore(school, living_no, hooks)
  const secretsBefore = clear.filter((secret) => secret !== school.app.secret)
  assert.deepEqual(await inClear(school, secretsBefore), secretsBefore)
  const started: Db[] = await Promise.all(Array.from({ length: 3 }, () => openDb(school.url)))
  await Promise.all(started.map((db) => openSecrets(db, school.url)))
  await Promise.all(started.map((db) => db.close()))
  await openSecrets(school.db, school.url)
  assert.deepEqual(await inClear(school, clear), [])
  assert.equal(await beat(), 204)
  assert.equal(await publish(), '{"code":0}')
  assert.deepEqual(await school.db.all(sql`select name from setting where name = 'clear_secrets'`), [])
})

test('a database that is opened without its key, or with another one, is refused with an error that names the setting', async () => {
  using place = folder()
  const keys = join(place.path, 'rollcall.key')
  await rollcallJson('corp', 'add', 'wwone', '--database', place.database)
  assert.equal(statSync(keys).mode & 0o777, 0o600)
  const key = readFileSync(keys)
  const list = (...more: string[]) => rollcall(['app', 'list', '--corp', 'wwone', '--database', place.database, ...more])
  const elsewhere = join(place.path, 'elsewhere.key')
  const missing = await list('--secret-key-file', elsewhere)
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /elsewhere\.key: there is no such file.*--secret-key-file \(ROLLCALL_SECRET_KEY_FILE\)/)
  assert.equal(existsSync(elsewhere), false, 'no new key is made')
  writeFileSync(elsewhere, `${Buffer.alloc(32, 7).toString('base64url')}\n`)
  const wrong = await list('--secret-key-file', elsewhere)
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /elsewhere\.key does not have the key [0-9a-f]{8}.*ROLLCALL_SECRET_KEY_FILE/)
  writeFileSync(elsewhere, 'no key')
  assert.match((await list('--secret-key-file', elsewhere)).stderr, /expected keys of 32 bytes/)
  writeFileSync(elsewhere, key)
  assert.equal((await list('--secret-key-file', elsewhere)).code, 0)
})

test('processes that start together on a new database make one key', async () => {
  using place = folder()
  const added = await Promise.all(Array.from({ length: 5 }, (_, no) => rollcall(['corp', 'add', `ww${no}`, '--database', place.database])))
  assert.deepEqual(
    added.map(({ code, stderr }) => ({ code, stderr })),
    added.map(() => ({ code: 0, stderr: '' })),
  )
  assert.equal(keyFile(join(place.path, 'rollcall.key')).read().length, 1)
})

/** How many encrypted texts the database has of each key. */
async function countByKey(db: Db) {
  const rows = await db.all<{ text: string }>(sql`
    select value as text from setting union all select secret from hook union all select token from callback
    union all select aes_key from callback union all select signing_key from living_link`)
  const ids = rows.map(({ text }) => text.split(':')).filter(([head]) => head === 'sealed1')
  return Object.fromEntries([...Map.groupBy(ids, ([, id]) => id ?? '')].map(([id, some]) => [id, some.length]))
}

onBoth('a rotation encrypts everything with a new key while a server runs, and one that was interrupted is finished', async (database) => {
  const { school, receiver, beat, publish, link } = await withSecrets(database)
  await using _ = school
  await using __ = receiver
  const { db, url } = school
  // a key file of this test's own: schools on PostgreSQL share the default one
  using place = folder()
  const path = join(place.path, 'own.key')
  writeFileSync(path, readFileSync(keyFilePath(url)), { mode: 0o600 })
  const secrets = await openSecrets(db, url, path)
  await using server = await anotherServer(school, { secrets })
  assert.equal(await beat(link, server.base), 204)
  const [first] = keyFile(path).read()
  const counts = await countByKey(db)
  const total = counts[first?.id ?? ''] ?? 0
  assert.deepEqual(Object.keys(counts), [first?.id])
  assert.equal((await rotateSecrets(db, url, path)).rotated, total)
  const [second, old] = keyFile(path).read()
  assert.equal(old?.id, first?.id)
  assert.notEqual(second?.id, first?.id)
  assert.deepEqual(await countByKey(db), { [second?.id ?? '']: total })
  assert.equal(await beat(link, server.base), 204)
  assert.equal(await publish(server.base), '{"code":0}')

  // a run that was killed after it had written the key file, and a secret that a server encrypted at the last moment with the key before
  keyFile(path).renew()
  const [third] = keyFile(path).read()
  assert.deepEqual(await countByKey(db), { [second?.id ?? '']: total })
  writeFileSync(`${path}.lock`, '')
  await assert.rejects(rotateSecrets(db, url, path), /own\.key\.lock: another process is changing the key file/)
  rmSync(`${path}.lock`)
  await rotateSecrets(db, url, path)
  const [newest, ...before] = keyFile(path).read()
  assert.deepEqual(before, [third, second, first])
  assert.deepEqual(await countByKey(db), { [newest?.id ?? '']: total })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(existsSync(`${path}.lock`), false)
  assert.equal(await beat(link, server.base), 204)
  assert.equal(await publish(server.base), '{"code":0}')
})

test('two databases of one folder share a key file, and rotating one of them leaves the other readable', async () => {
  using place = folder()
  const urls = ['a.db', 'b.db'].map((name) => join(place.path, name))
  const dbs = await Promise.all(urls.map((url) => openDb(url)))
  for (const [index, db] of dbs.entries()) await openSecrets(db, urls[index] as string)
  for (let round = 0; round < 3; round++) await rotateSecrets(dbs[0] as Db, urls[0] as string)
  await openSecrets(dbs[1] as Db, urls[1] as string)
  for (const db of dbs) await db.close()
})

test('a backup names the key file on stderr, and is of use only with it', async () => {
  using place = folder()
  await using school = await makeSchool({ ...sqlite })
  const file = join(place.path, 'backup.db')
  const { stdout, stderr } = await rollcall(['backup', file, '--database', school.url])
  assert.match(stderr, /needs the key file too/)
  assert.ok(Array.isArray((JSON.parse(stdout) as { tables: unknown }).tables))
  const list = (...more: string[]) => rollcall(['app', 'list', '--corp', school.corpid, '--database', file, ...more])
  assert.equal(existsSync(join(place.path, 'rollcall.key')), false)
  assert.match((await list()).stderr, /ROLLCALL_SECRET_KEY_FILE/)
  assert.equal((await list('--secret-key-file', keyFilePath(school.url))).code, 0)
})
