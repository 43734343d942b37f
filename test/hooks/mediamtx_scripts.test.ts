import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { addHook } from '../../src/hooks/hook.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { reserve } from '../livings.ts'
import { needs } from '../programs.ts'
import { makeSchool } from '../world.ts'

/** The scripts of docs/streaming.md that MediaMTX runs, by their file, with this hook URL in them. */
function scripts(url: string): Record<string, string> {
  const page = readFileSync(new URL('../../docs/streaming.md', import.meta.url), 'utf8')
  const found = page.matchAll(/```sh\n#!\/bin\/sh\n# (\S+)\n([\s\S]*?)```/g)
  return Object.fromEntries([...found].map(([, file, script]) => [file, script?.replace('HOOK_URL', url)]))
}

onBoth('MediaMTX: no query of a reader makes the documented scripts start or end a living', async (database, t) => {
  if (needs('curl').skip) return t.skip('curl is not there')
  await using school = await makeSchool(database, { classes: { '3A': { li: ['li_mum'] } } })
  const { db, secrets, corp_no, app, base, clock } = school
  const livingid = await reserve(school, ['3A'])
  const { url } = await addHook(db, secrets, { corp_no, agentid: app.agentid, kind: 'mediamtx', base }, clock.now)
  const { links } = await school.client.ours.links({ livingid, viewers: [{ student_userid: 'li' }] })
  const link = links[0]?.link ?? ''
  const post = async (body: string | object, to = url) =>
    (await fetch(to, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })).status
  const goneSince = async () =>
    (await db.all<{ at: number }>(sql`select unpublished_at as at from hook_stream where corp_no = ${corp_no}`))[0]?.at
  const recipes = scripts(url)
  const run = (file: string, env: Record<string, string>) =>
    promisify(execFile)('sh', ['-c', recipes[file] ?? 'exit 9'], { env: { ...process.env, MTX_PATH: livingid, ...env } })

  const { publish = '' } = await school.client.ours.links({ livingid, publish: 1 })
  assert.equal(await post({ action: 'publish', path: livingid, id: 'p', query: publish.split('?')[1] }), 200)
  assert.equal(await post({ action: 'read', path: livingid, id: 'r', query: `link=${link}` }), 200)
  for (const query of [
    `link=${link}"},"action":"unpublish","x":{"`,
    '","action":"unpublish',
    `link=${link}&event=unpublish&action=unpublish`,
    `' --url ${url}&event=unpublish '`,
    '"; exit 1; "',
    '$(exit 1)`exit 1`',
    '@/etc/passwd',
    '\n&event=unpublish',
  ])
    await run('/etc/mediamtx/unread.sh', { MTX_READER_ID: 'r', MTX_QUERY: query })
  // nor do the fields of a report to the URL for readers, or another action of a report to the URL for authentication
  for (const action of ['unpublish', 'publish'])
    await post(new URLSearchParams({ action, event: action, path: livingid, id: 'r' }).toString(), `${url}&event=unread`)
  assert.equal(await post({ action: 'unpublish', path: livingid, id: 'r' }), 401)
  assert.equal(await goneSince(), 0)

  // MediaMTX escapes the query since 1.18.1
  for (const query of [`link=${link}`, encodeURIComponent(`link=${link}`)]) {
    clock.now += 10
    await run('/etc/mediamtx/unread.sh', { MTX_READER_ID: query.slice(0, 6), MTX_QUERY: query })
  }
  const { timeline } = await school.client.ours.report({ livingid, student_userid: 'li', timeline: 1 })
  assert.equal(timeline.length, 3)
  await run('/etc/mediamtx/publish.sh', { MTX_SOURCE_ID: 's1' })
  await run('/etc/mediamtx/unpublish.sh', { MTX_SOURCE_ID: 'another' })
  assert.equal(await goneSince(), 0)
  await run('/etc/mediamtx/unpublish.sh', { MTX_SOURCE_ID: 's1' })
  assert.equal(await goneSince(), clock.now)
})
