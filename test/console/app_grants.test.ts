import assert from 'node:assert/strict'
import { changeGrants } from '../../src/access/apps.ts'
import { openSession } from '../../src/console/session.ts'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { makeAccount } from './teacher.ts'

onBoth('a grant that this version does not know can be taken away, and one that does not exist is not given', async (database) => {
  await using school = await makeSchool(database)
  const { db, corp_no, corpid, app, base, clock } = school
  const { account_no } = await makeAccount(school, { role: 'administrator' })
  const cookie = `rollcall_session=${await openSession(db, { corp_no, account_no }, clock.now)}`
  const page = await (await fetch(`${base}/apps`, { headers: { cookie } })).text()
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const send = async (path: string, fields: [string, string][]) => {
    const body = new URLSearchParams([['token', token], ...fields])
    return (await fetch(base + path, { method: 'POST', body, headers: { cookie }, redirect: 'manual' })).status
  }
  const grants = async (agentid = app.agentid) =>
    (await db.all<{ grants: string }>(sql`select grants from app where corp_no = ${corp_no} and agentid = ${agentid}`))[0]?.grants
  const hostile: [string, string][] = ['nonsense', 'toString', '__proto__', 'live', ',', 'living_api,live'].map((grant) => ['grant', grant])
  await db.batch([sql`update app set grants = 'living_api,of_tomorrow' where corp_no = ${corp_no}`])
  assert.equal((await fetch(`${base}/apps/${app.agentid}`, { headers: { cookie } })).status, 200)
  assert.equal(await send(`/apps/${app.agentid}`, [['do', 'grants'], ['grant', 'living_api'], ['grant', 'parent_app'], ...hostile]), 303)
  assert.equal(await grants(), 'living_api,parent_app')
  assert.equal(await send('/apps', [['name', 'new'], ['grant', 'living_api'], ...hostile]), 200)
  assert.equal(await grants(app.agentid + 1), 'living_api')

  await db.batch([sql`update app set grants = 'living_api,of_tomorrow' where corp_no = ${corp_no}`])
  await changeGrants(db, corpid, app.agentid, 'revoke', 'of_tomorrow')
  assert.equal(await grants(), 'living_api')
  for (const name of ['of_tomorrow', 'toString'])
    for (const verb of ['grant', 'revoke'] as const)
      await assert.rejects(changeGrants(db, corpid, app.agentid, verb, name), /--grant: no grant/)
})
