// Checks, after `npm run build`, that the published client loads and makes calls on the Node that runs this script.
import assert from 'node:assert/strict'
import { createClient, RollcallError } from '../dist/client/client.js'

const answers = {
  '/cgi-bin/gettoken': { errcode: 0, errmsg: 'ok', access_token: 'T', expires_in: 7200 },
  '/cgi-bin/school/living/get_unwatch_stat_v2': {
    errcode: 0,
    errmsg: 'ok',
    has_more: 0,
    next_cursor: '0',
    stat_info: { students: [{ student_userid: 'li', partyids: [1] }], parents: [] },
  },
}
const client = createClient({
  corpid: 'ww',
  corpsecret: 's',
  fetch: async (url) => new Response(JSON.stringify(answers[new URL(url).pathname] ?? { errcode: 40058, errmsg: 'no' })),
})
const unwatched = []
for await (const each of client.unwatched('livingid1')) unwatched.push(each.student_userid)
assert.deepEqual(unwatched, ['li'])
assert.equal(typeof (await import('../dist/client/node.js')).fileTokens, 'function')
await assert.rejects(client.departmentList({}), RollcallError)
console.log('the client works')
