import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { type Raw, send, sendBytes, tokenOf, unwatchPath } from './raw.ts'

/** Requests exactly as WeCom SDKs in use send them, and what those SDKs rely on in the answers. */
const school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'], wu: [] }, '3B': {} }, living: ['3A'], pageSize: 2 })
after(() => school[Symbol.asyncDispose]())
const token = await tokenOf(school.base, school.app)
const livingid = school.living

/** Sends this request for a page of the unwatched list. Returns who is on the page: "student" or "parent/student". */
async function page(body: string, headers: Raw['headers'] = {}, query = `access_token=${token}`) {
  const { answer } = await send(school.base, `${unwatchPath}?${query}`, { body, headers })
  assert.equal(answer.errcode, 0, answer.errmsg)
  const { students, parents } = answer.stat_info
  return [...students.map((each) => each.student_userid), ...parents.map((each) => `${each.parent_userid}/${each.student_userid}`)]
}
const first = ['li', 'wu']
const headersByName: Record<string, Raw['headers']> = {
  'the Content-Type of a form': { 'content-type': 'application/x-www-form-urlencoded' },
  'no Content-Type': {},
  'application/json': { 'content-type': 'application/json' },
  'charset=UTF-8': { 'content-type': 'application/json;charset=UTF-8' },
  'charset=utf-8 after a space': { 'content-type': 'application/json; charset=utf-8' },
  'text/plain': { 'content-type': 'text/plain' },
  'an invalid Content-Type': { 'content-type': 'nonsense' },
  'the Content-Type of a multipart form': { 'content-type': 'multipart/form-data; boundary=x' },
  'Connection: close': { connection: 'close' },
  'TE: deflate,gzip': { te: 'deflate,gzip', connection: 'TE, close' },
  'Expect: 100-continue': { expect: '100-continue' },
  chunked: { 'transfer-encoding': 'chunked' },
}
for (const [name, headers] of Object.entries(headersByName))
  test(`a JSON body is read with ${name}`, async () => {
    assert.deepEqual(await page(JSON.stringify({ livingid }), headers), first)
  })

for (const cursor of [
  '',
  ',"next_cursor":""',
  ',"next_cursor":null',
  ',"next_cursor":"0"',
  String.raw`,"next_cursor":"\"0\""`,
  ',"next_cursor":0',
])
  test(`the first page is asked for with ${cursor || 'no cursor'}`, async () => {
    assert.deepEqual(await page(`{"livingid":"${livingid}"${cursor}}`), first)
  })

test('next_key is used as the cursor when next_cursor is absent, null or empty', async () => {
  const { next_cursor: next_key } = await school.client.getUnwatchStatV2({ livingid })
  for (const rest of [{ next_key }, { next_key, next_cursor: null }, { next_key, next_cursor: '' }])
    assert.deepEqual(await page(JSON.stringify({ livingid, ...rest })), ['li_mum/li'])
  assert.deepEqual(await page(JSON.stringify({ livingid, next_key, next_cursor: '0' })), first)
})

test('unknown fields are ignored', async () => {
  assert.deepEqual(await page(JSON.stringify({ limit: 50, livingid, extra: { a: [null] }, __proto__x: 1 })), first)
  assert.deepEqual(await page(`{"__proto__":{"x":1},"constructor":1,"livingid":"${livingid}"}`), first)
})

test('escapes, spaces, key order and raw UTF-8 are all JSON', async () => {
  const escaped = [...livingid].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  assert.deepEqual(await page(`{ "next_cursor" : "0" , "livingid" : "${livingid}" }\r\n`), first)
  assert.deepEqual(await page(`{"livingid":"${escaped}"}`), first)
  assert.deepEqual(await page(`{"\\u006civingid":"${livingid}"}`), first)
  assert.deepEqual(await page(`\ufeff{"note":"a\\/b 点名 \\u70b9","livingid":"${livingid}"}`), first)
})

test('names are stored as sent, whether as escaped or as raw UTF-8', async () => {
  const [anchor] = [{ userid: 'wang', type: 3, subject: '语/文' }]
  const body = (name: string, subject: string) =>
    `{"name":"${name}","parentid":2,"type":1,"department_admins":[{"userid":"wang","type":3,"subject":"${subject}"}]}`
  for (const sent of [body('三班', '语\\/文'), body('\\u4e09\\u73ed', '\\u8bed/\\u6587')]) {
    const { answer } = await send(school.base, `/cgi-bin/school/department/create?access_token=${token}`, { body: sent })
    assert.equal(answer.errcode, 0, answer.errmsg)
  }
  const { departments } = await school.client.departmentList({})
  const made = departments.filter(({ name }) => name === '三班')
  assert.deepEqual(
    made.map((each) => each.department_admins),
    [[anchor], [anchor]],
  )
})

test('access_token may be anywhere in the query', async () => {
  for (const query of [
    `access_token=${token}&debug=1&x=2`,
    `debug=1&access_token=${token}&x=2`,
    `debug=1&x&access_token=${token}`,
    `&access_token=${token}&`,
  ])
    assert.deepEqual(await page(JSON.stringify({ livingid }), {}, query), first)
})

test('a trailing slash of the path is ignored', async () => {
  const { answer } = await send(school.base, `${unwatchPath}/?access_token=${token}`, { body: JSON.stringify({ livingid }) })
  assert.equal(answer.errcode, 0)
})

test('gettoken answers a GET with or without a Content-Type', async () => {
  const path = `/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`
  for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': 'application/json', 'content-length': '0' }])
    assert.equal((await send(school.base, path, { method: 'GET', headers })).answer.access_token, token)
  assert.match(school.app.secret, /^[A-Za-z0-9_-]+$/)
})

test('a GET with a body is answered, and the next request on its connection too', async () => {
  const path = `/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${school.app.secret}`
  const one = `GET ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
  const answers = await sendBytes(school.base, `${one}${one.replace('Host: x', 'Host: x\r\nConnection: close')}`, 2000)
  assert.equal(answers.split('"errcode":0').length - 1, 2)
})

test('a call without access_token is refused with 41001', async () => {
  const { answer } = await send(school.base, unwatchPath, { body: JSON.stringify({ livingid }) })
  assert.equal(answer.errcode, 41001)
  assert.match(answer.errmsg, /^access_token missing, hint/)
})

test('None, null, undefined and an empty value in a query count as an absent number', async () => {
  const all = (await school.client.departmentList({})).departments
  for (const query of ['id=None', 'id=null', 'id=', 'id=undefined', '']) {
    const { answer } = await send(school.base, `/cgi-bin/school/department/list?access_token=${token}&${query}`, { method: 'GET' })
    assert.deepEqual(answer.departments, all, query)
  }
  const one = await send(school.base, `/cgi-bin/school/department/list?access_token=${token}&id=2&id=3`, { method: 'GET' })
  assert.deepEqual(
    one.answer.departments.map(({ id }) => id),
    [3],
  )
  const bad = await send(school.base, `/cgi-bin/school/department/list?access_token=${token}&id=x`, { method: 'GET' })
  assert.equal(bad.answer.errcode, 40058)
})

test('a numeric string is accepted as a number, in lists too', async () => {
  const [id] = Object.values(school.classIds)
  const body = JSON.stringify({ student_userid: 'zhou', name: '周', department: [String(id)], to_invite: '0' })
  const { answer } = await send(school.base, `/cgi-bin/school/user/create_student?access_token=${token}`, { body })
  assert.equal(answer.errcode, 0, answer.errmsg)
  const { student } = await school.client.userGet({ userid: 'zhou' })
  assert.deepEqual(student?.department, [id])
})
test('has_more is a number, cursors are strings on the last page too, and lists are always arrays', async () => {
  const one = await school.client.getUnwatchStatV2({ livingid: school.living })
  const two = await school.client.getUnwatchStatV2({ livingid: school.living, next_cursor: one.next_cursor })
  const none = await school.client.getUnwatchStatV2({ livingid: await school.startLiving(['3B']) })
  assert.deepEqual([one.has_more, two.has_more, none.has_more], [1, 0, 0])
  for (const page of [one, two, none]) {
    assert.equal(typeof page.next_cursor, 'string')
    assert.ok(page.next_cursor)
    assert.ok(Array.isArray(page.stat_info.students) && Array.isArray(page.stat_info.parents))
  }
  assert.equal(none.next_cursor, '0')
})
