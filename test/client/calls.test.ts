import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { callsFile, clientCalls, clientTable, tableFile } from '../../scripts/client_calls.ts'
import {
  BusyError,
  type ClientOptions,
  createClient,
  LimitError,
  NoAnswerError,
  PermissionError,
  RollcallError,
} from '../../src/client/client.ts'
import { official, ours, table } from '../../src/wire/table.ts'
import { type CannedAnswers, failure, startCannedServer } from './canned_server.ts'

const list = '/cgi-bin/school/department/list'
const create = '/cgi-bin/living/create'
const departments = { errcode: 0, errmsg: 'ok', departments: [] }
const newLiving = { anchor_userid: 'wang', theme: '公开课', living_start: 1_800_000_000, living_duration: 60 }
const against = async (play: CannedAnswers, more: Partial<ClientOptions> = {}) => {
  const far = await startCannedServer(play)
  return { ...far, client: createClient({ corpid: 'ww', corpsecret: 'top-secret', base: far.base, retry: { wait: () => 1 }, ...more }) }
}
const thrown = (call: Promise<unknown>) =>
  call.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error as RollcallError,
  )

test('every call is a method of the client, those of Rollcall’s own under `ours`, and the generated files are current', () => {
  const client = createClient({ corpid: 'ww', corpsecret: 's' })
  for (const name of Object.keys(official)) assert.equal(typeof client[name as keyof typeof official], 'function', name)
  for (const name of Object.keys(ours)) assert.equal(typeof client.ours[name as keyof typeof ours], 'function', name)
  assert.equal(readFileSync(callsFile, 'utf8'), clientCalls(), 'run "npm run coverage"')
  assert.equal(readFileSync(tableFile, 'utf8'), clientTable(), 'run "npm run coverage"')
  for (const { path } of Object.values(table)) assert.ok(clientCalls().includes(path))
})

test('an error has the call, the errcode, its official meaning and what to do, and contains no secret', async () => {
  await using far = await against({ [list]: [failure(60020, 'not allow to access from your ip', { departments: [] })] })
  const error = await thrown(far.client.departmentList())
  assert.ok(error instanceof PermissionError && error instanceof RollcallError)
  assert.equal(error.name, 'PermissionError')
  assert.deepEqual(
    [error.call, error.path, error.errcode, error.meaning, error.ip],
    ['departmentList', list, 60020, '不安全的访问IP', '203.0.113.9'],
  )
  assert.equal(error.page, 'https://developer.work.weixin.qq.com/document/path/92343')
  assert.match(error.hint, /trusted IPs/)
  assert.equal(error.message, `departmentList: 60020 不安全的访问IP: not allow to access from your ip. ${error.hint}`)
  assert.deepEqual((error.answer as { departments: [] }).departments, [])
  assert.doesNotMatch(JSON.stringify({ ...error, text: String(error.stack) }), /top-secret|access_token=|"T0"/)
})

test('an unknown errcode is reported with the errmsg of the answer', async () => {
  await using far = await against({ [list]: [{ errcode: 123456, errmsg: 'Warning: wrong json format. odd' }] })
  assert.equal((await thrown(far.client.departmentList())).message, 'departmentList: 123456: Warning: wrong json format. odd')
})

test('an answer without errcode, and one with a warning in errmsg, are successes', async () => {
  await using far = await against({ [list]: [{ departments: [] }, { ...departments, errmsg: 'ok. Warning: wrong json format. ' }] })
  assert.deepEqual(await far.client.departmentList(), departments)
  assert.deepEqual((await far.client.departmentList()).departments, [])
})

test('lists that an answer leaves out are empty lists', async () => {
  await using far = await against({
    '/cgi-bin/school/agent/get_allow_scope': [{ errcode: 0, errmsg: 'ok', allow_scope: { departments: { partyid: [1] } } }],
    '/cgi-bin/school/user/list': [{ errcode: 0, errmsg: 'ok', students: [{ student_userid: 'li', name: '李', department: [1] }] }],
  })
  assert.deepEqual((await far.client.agentGetAllowScope({ agentid: 1 })).allow_scope, {
    students: { userid: [] },
    departments: { partyid: [1] },
  })
  assert.deepEqual((await far.client.userList({ department_id: 1 })).students[0]?.parents, [])
})

test('after −1 a read is tried three times in all, and a write only when the caller allows a repeat', async () => {
  const busy = failure(-1, 'system busy')
  await using far = await against({ [list]: [busy, busy, departments], [create]: [busy] })
  await far.client.departmentList()
  assert.ok((await thrown(far.client.livingCreate(newLiving))) instanceof BusyError)
  assert.equal(far.times(create), 1)
  await thrown(far.client.livingCreate(newLiving, { repeat: true }))
  assert.equal(far.times(create), 4)
})

test('after a rate limit error, reads and writes are retried with growing waits, because nothing was done', async () => {
  const waits: number[] = []
  await using far = await against(
    { [create]: [failure(45009, 'api freq out of limit')], [list]: [failure(45033, 'api concurrent out of limit'), departments] },
    { retry: { attempts: 4, wait: (failed) => waits.push(failed) } },
  )
  assert.ok((await thrown(far.client.livingCreate(newLiving))) instanceof LimitError)
  assert.deepEqual([far.times(create), waits], [4, [1, 2, 3]])
  await far.client.departmentList()
})

test('after a broken connection a read is retried, and a write is not, because it may have been done', async () => {
  await using far = await against({ [list]: ['drop', 'drop', departments], [create]: ['drop'] })
  await far.client.departmentList()
  const error = await thrown(far.client.livingCreate(newLiving))
  assert.ok(error instanceof NoAnswerError && !error.timedOut && error.errcode === 0)
  assert.equal(far.times(create), 1)
})

test('an HTML page from a gateway is reported as no answer of the API', async () => {
  await using far = await against({ [list]: ['<html>502</html>'] })
  const error = await thrown(far.client.departmentList())
  assert.ok(error instanceof NoAnswerError)
  assert.match(error.message, /HTTP 502 without an answer of the API; is http:\/\/127/)
  assert.equal(far.times(list), 3)
})

test('a call fails after its time-out, and at once when the caller aborts it', async () => {
  const never = () => new Promise<object>((resolve) => setTimeout(resolve, 20_000, {}).unref())
  await using far = await against({ [list]: never }, { timeout: 50, retry: { attempts: 1 } })
  const error = await thrown(far.client.departmentList())
  assert.ok(error instanceof NoAnswerError && error.timedOut)
  assert.match(error.message, /no answer within 0.05 s/)
  const stop = new AbortController()
  await using slow = await against({
    [list]: () => {
      stop.abort(new Error('enough'))
      return never()
    },
  })
  await assert.rejects(slow.client.departmentList({}, { signal: stop.signal }), /enough/)
  assert.equal(slow.times(list), 1)
})

test('the wait before a retry ends when the caller aborts', async () => {
  await using far = await against({ [list]: [failure(-1, 'system busy')] }, { retry: { wait: () => 60_000 } })
  await assert.rejects(far.client.departmentList({}, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' })
})

test('undefined fields are not sent, and a field of the path is encoded into the path', async () => {
  await using far = await against({ [list]: [departments], '/v1/livings/a%2Fb/start': [{ errcode: 0, errmsg: 'ok', start_time: 1 }] })
  await far.client.departmentList({ id: undefined } as never)
  await far.client.ours.start({ livingid: 'a/b', at: 1 })
  assert.deepEqual(far.asked[1]?.query, { access_token: 'T0' })
  assert.deepEqual(far.asked[2]?.body, { at: 1 })
  await assert.rejects(far.client.ours.start({ livingid: '' }), /livingid is missing/)
})
