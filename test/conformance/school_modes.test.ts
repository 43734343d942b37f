import assert from 'node:assert/strict'
import { sql } from '../../src/store/sql.ts'
import { onBoth } from '../databases.ts'
import { send, tokenOf } from '../http/raw.ts'
import { refused } from '../refused.ts'
import { makeSchool } from '../world.ts'

/** WeCom pages 92345, 92318 and 94895. */

onBoth('the contact synchronisation mode is 1, 2 or 3, and is stored', async (database) => {
  await using school = await makeSchool(database)
  const stored = sql`select value from corp_setting where corp_no = ${school.corp_no} and name = 'arch_sync_mode'`
  const kept = async () => Number((await school.db.all<{ value: string }>(stored))[0]?.value)
  for (const arch_sync_mode of [1, 2, 3]) {
    assert.equal((await school.client.setArchSyncMode({ arch_sync_mode })).errmsg, 'ok')
    assert.equal(await kept(), arch_sync_mode)
  }
  for (const arch_sync_mode of [0, 4, -1]) await refused(school.client.setArchSyncMode({ arch_sync_mode }), 65005, /arch_sync_mode/)
  assert.equal(await kept(), 3)
})

onBoth('the subscribe mode is 1 or 2, and each school has its own', async (database) => {
  await using school = await makeSchool(database)
  await using other = await makeSchool(database)
  assert.equal((await school.client.getSubscribeMode({})).subscribe_mode, 1)
  await school.client.setSubscribeMode({ subscribe_mode: 2 })
  for (const subscribe_mode of [0, 3]) await refused(school.client.setSubscribeMode({ subscribe_mode }), 65001, /subscribe_mode/)
  assert.equal((await school.client.getSubscribeMode({})).subscribe_mode, 2)
  assert.equal((await other.client.getSubscribeMode({})).subscribe_mode, 1)
})

onBoth('modes are set by an app that may edit contacts, and read with any contacts grant', async (database) => {
  await using school = await makeSchool(database)
  const reader = (await school.makeApp('self-built', ['contacts_read'])).client
  assert.equal((await reader.getSubscribeMode({})).subscribe_mode, 1)
  await refused(reader.setSubscribeMode({ subscribe_mode: 2 }), 48002, /contacts_edit/)
  await refused(reader.setArchSyncMode({ arch_sync_mode: 1 }), 48002, /contacts_edit/)
})

onBoth('an app’s allowed scope is the whole school, and an app may ask only for its own', async (database) => {
  await using school = await makeSchool(database)
  const { agentid } = school.app
  const { allow_scope } = await school.client.agentGetAllowScope({ agentid })
  assert.deepEqual(allow_scope, { students: { userid: [] }, departments: { partyid: [1] } })
  const token = await tokenOf(school.base, school.app)
  // the client adds lists that are missing, so the answer itself is read too
  const { text } = await send(school.base, `/cgi-bin/school/agent/get_allow_scope?access_token=${token}&agentid=${agentid}`, {
    method: 'GET',
  })
  assert.deepEqual(JSON.parse(text).allow_scope, allow_scope)
  await refused(school.client.agentGetAllowScope({ agentid: agentid + 1 }), 301002, /agentid/)
})
