import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from '../../src/store/sql.ts'
import { onBoth, sqlite } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { post, send, sendInput, tokenOf, unwatchPath } from './raw.ts'
import { guarded, placed, type Shape, sample } from './samples.ts'

/**
 * Sends every wrong value for every field of every call. Each must be refused with HTTP 200 and errcode 40058 (or the errcode of the
 * field's own rule), and must change nothing.
 */

/** An input with one wrong value: the input, the field, and what is wrong about it. */
type Bad = { says: string; input: Record<string, unknown>; field: string }

/** The fields whose bounds have an errcode of their own instead of 40058. */
const ownCodes: Record<string, number[]> = {
  'createStudent.student_userid': [40003],
  'createParent.parent_userid': [40003],
  ...Object.fromEntries(['Create', 'Update'].map((verb) => [`batch${verb}Parent.parents`, [65011]])),
  ...Object.fromEntries(['Create', 'Update'].map((verb) => [`batch${verb}Student.students`, [65012]])),
  ...Object.fromEntries(['useridlist', 'userid_list'].map((field) => [`batchDeleteParent.${field}`, [65011]])),
  ...Object.fromEntries(['useridlist', 'userid_list'].map((field) => [`batchDeleteStudent.${field}`, [65012]])),
}

/** Generates wrong values for a field, each with what is wrong about it. */
function* wrong(schema: Shape): Generator<[says: string, value: unknown]> {
  const branches = schema.anyOf ?? [schema]
  const takes = (type: string) => branches.some((branch) => branch.type === type)
  yield ['an object with a strange field', { strange: { deep: [1] } }]
  if (!takes('array')) yield ['an array', [[]]]
  if (!takes('boolean')) yield ['a boolean', true]
  if (!takes('string')) yield ['a string', 'x']
  if (!takes('integer') && !takes('number')) yield ['a number', 7]
  for (const { type, maxLength, minLength, minimum, maximum, maxItems, minItems, items, not } of branches) {
    if (type === 'string') {
      yield ['text with NUL', 'a\u0000b']
      yield ['half a character', 'a\ud800']
      if (maxLength !== undefined) yield ['too long', 'x'.repeat(maxLength + 1)]
      if (maxLength !== undefined) yield ['too long in emoji', '😀'.repeat(maxLength + 1)]
      if (minLength && not?.const !== '') yield ['empty', '']
    }
    if (type === 'integer' && !takes('boolean')) {
      yield ['a fraction', 1.5]
      if (minimum !== undefined) yield ['too small', minimum - 1 === not?.const ? minimum - 2 : minimum - 1]
      if (maximum !== undefined) yield ['too large', maximum + 1]
      if (maximum !== undefined) yield ['far too large', 1e300]
      if (maximum !== undefined) yield ['too large, as a string', String(maximum + 1)]
    }
    if (type === 'array') {
      if (maxItems !== undefined) yield ['too many', Array.from({ length: maxItems + 1 }, () => sample(items ?? {}))]
      if (minItems) yield ['too few', []]
    }
  }
}

/** Generates the wrong values for every field of an input, including fields of objects in arrays and of alternative objects. */
function* badValues(schema: Shape, at: string): Generator<{ says: string; value: unknown; field: string }> {
  const branches = (schema.anyOf ?? []).filter((branch) => branch.type === 'object')
  if (branches.length) {
    yield { says: 'a string', value: 'x', field: at }
    for (const branch of branches) yield* badValues(branch, at)
    return
  }
  if (schema.type !== 'object') for (const [says, value] of wrong(schema)) yield { says, value, field: at }
  if (schema.type === 'array' && schema.items)
    for (const each of badValues(schema.items, `${at}[0]`)) yield { ...each, value: [each.value] }
  if (schema.type !== 'object') return
  if (at) for (const value of ['x', 7, true, []]) yield { says: `${JSON.stringify(value)} for an object`, value, field: at }
  const whole = sample(schema, true) as Record<string, unknown>
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const inner = at ? `${at}.${name}` : name
    if (schema.required?.includes(name)) {
      const { [name]: _, ...without } = whole
      yield { says: 'missing', value: without, field: inner }
      yield { says: 'null', value: { ...whole, [name]: null }, field: inner }
    }
    for (const each of badValues(field, inner)) yield { ...each, value: { ...whole, [name]: each.value } }
  }
}

/** Whether a URL query can carry this wrong value. Everything in a query is text. */
const inQuery = ({ says }: Bad) => /^(missing|too |empty|text with NUL)/.test(says)
/** Whether a URL path can carry this wrong value. Everything in a path is text, and with an empty part it is another path. */
const inPath = ({ says, field }: Bad, path: string) => !path.includes(`{${field}}`) || /^(too |text with NUL)/.test(says)

/** Everything that the database has of a school, as one text. */
async function everything({ db, corp_no }: School): Promise<string> {
  const tables = ['app', 'party', 'party_admin', 'student', 'parent', 'viewer', 'living', 'attendance', 'stay', 'register'] as const
  const rows = await Promise.all(
    tables.map((table) => db.all({ strings: [`select * from ${table} where corp_no = `, ''], parts: [corp_no] })),
  )
  return JSON.stringify([rows, await db.all(sql`select * from corp where corp_no = ${corp_no}`)])
}

for (const [name, call] of guarded)
  test(`${name} refuses every wrong value of every field, and changes nothing`, async () => {
    await using school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
    const token = await tokenOf(school.base, school.app)
    const before = await everything(school)
    const input = sample(call.input, true) as Record<string, unknown>
    const bads = [...badValues(call.input, '')]
      .map(({ value, ...rest }) => ({ ...rest, input: value as Record<string, unknown> }))
      .filter((bad) => (call.method === 'POST' ? inPath(bad, call.path) : inQuery(bad)))
    // a stay with a parent and without a student is a good one: it stands for each of the parent's children
    const isParentAlone = (bad: (typeof bads)[number]) => bad.field === 'stays[0].student_userid' && /^(missing|null)$/.test(bad.says)
    const spoilt: string[] = []
    for (const bad of bads.filter((bad) => !isParentAlone(bad))) {
      const asked = 'livingid' in input && bad.field !== 'livingid' ? { ...bad.input, livingid: school.living } : bad.input
      const { status, answer } = await sendInput(school.base, call, token, asked)
      const codes = [40058, ...(ownCodes[`${name}.${bad.field}`] ?? [])]
      if (status !== 200 || !codes.includes(answer.errcode)) spoilt.push(`${bad.field} ${bad.says}: HTTP ${status} ${answer.errmsg}`)
    }
    assert.deepEqual(spoilt, [])
    assert.equal(await everything(school), before)
  })

const school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] })
after(() => school[Symbol.asyncDispose]())
const token = await tokenOf(school.base, school.app)

test('a body that is not a JSON object is refused with 40058', async () => {
  for (const [name, call] of guarded) {
    if (call.method !== 'POST') continue
    for (const body of ['{', '[]', 'null', '"x"', '7', '{"a":1}x', "{'a':1}", '\u0000', Buffer.from([0xff, 0xfe]), '[{"livingid":"x"}]']) {
      const { status, answer } = await post(school.base, placed(call, { livingid: 'x' }).path, token, body)
      assert.deepEqual([status, answer.errcode], [200, 40058], `${name} ${body}`)
    }
  }
})

test('a refusal names the field, what was expected and what came, and never repeats a long value', async () => {
  const asked = async (stay: object) =>
    (await post(school.base, `/v1/livings/${school.living}/presence`, token, { stays: [{ student_userid: 'li', enter_time: 1 }, stay] }))
      .answer.errmsg
  assert.match(
    await asked({ student_userid: 'li' }),
    /^stays\[1\]\.enter_time: expected a whole number from 0 to 99999999999 .*, got nothing\. /,
  )
  assert.match(
    await asked({ student_userid: 'x'.repeat(65), enter_time: 1 }),
    /^stays\[1\]\.student_userid: expected a string of 1-64 characters, got a string of 65 characters\. /,
  )
  assert.match(
    await asked({ enter_time: 1_800_000_000_000, student_userid: 'li' }),
    /\(unix time in seconds \(not milliseconds\)\), got 1800000000000\. /,
  )
})

onBoth('an id in a path may contain any characters, and is answered as unknown', async (database) => {
  await using school = await makeSchool(database)
  const token = await tokenOf(school.base, school.app)
  for (const id of ['%00', 'a%00b', '%F0%9F%98%80', '..', '%2e%2e', "'%20or%201=1--", '%2F', 'x'.repeat(129), 'x'.repeat(5000)]) {
    const { status, answer } = await post(school.base, `/v1/livings/${id}/start`, token, {})
    assert.equal(answer.errcode, 40058, id)
    if (!/^(\.\.|%2e%2e)$/.test(id)) assert.equal(status, 200, id)
  }
})

onBoth('integers of any size are refused or unknown, and never an internal error', async (database) => {
  await using school = await makeSchool(database)
  const token = await tokenOf(school.base, school.app)
  for (const [name, call] of guarded)
    for (const number of [2 ** 31, 2 ** 32, 2 ** 53 - 1, -1, -(2 ** 31), 1e300]) {
      const input = JSON.parse(JSON.stringify(sample(call.input, true)), (_, value) => (typeof value === 'number' ? number : value))
      const { status, answer } = await sendInput(school.base, call, token, input)
      assert.equal(status, 200)
      assert.notEqual(answer.errcode, -1, `${name} with ${number}`)
    }
})

test('a body over 8 MB is refused with 40058, with or without chunked encoding', async () => {
  const padded = (bytes: number) => JSON.stringify({ livingid: school.living }).padEnd(bytes, ' ')
  const limit = 8 * 2 ** 20
  assert.equal((await post(school.base, unwatchPath, token, padded(limit))).answer.errcode, 0)
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const { status, answer } = await post(school.base, unwatchPath, token, padded(limit + 1), headers)
    assert.deepEqual([status, answer.errcode], [200, 40058])
    assert.match(answer.errmsg, /^body: expected at most 8388608 bytes\. /)
  }
  assert.equal((await send(school.base, '/nowhere', { body: padded(limit + 1) })).answer.errcode, 40058)
})

test('a report of 10,000 stays is accepted, and one of 10,001 is refused', async () => {
  const stays = Array.from({ length: 10_001 }, (_, index) => ({
    student_userid: 'li',
    parent_userid: 'li_mum',
    stay_id: `${index}`.padStart(64, 'x'),
    enter_time: 1_800_000_000,
    leave_time: 1_800_000_100,
    is_comment: 1,
    replay: 0,
  }))
  const path = `/v1/livings/${school.living}/presence`
  assert.equal((await post(school.base, path, token, { stays })).answer.errcode, 40058)
  const { answer } = await post(school.base, path, token, { stays: stays.slice(1) })
  assert.equal(answer.accepted, 10_000, answer.errmsg)
})
