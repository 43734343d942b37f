import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { onBoth, sqlite } from '../databases.ts'
import { makeSchool, type School } from '../world.ts'
import { post, send, sendBytes, sendInput, tokenOf, unwatchPath } from './raw.ts'
import { calls, placed, type Shape, sample } from './samples.ts'

/** Random input never causes HTTP 5xx or errcode -1, and the server answers the next request. */
const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 1500, markInterruptAsFailure: false })
const anyCall = fc.constantFrom(...calls)

const fine = ({ status, answer }: Awaited<ReturnType<typeof send>>) => {
  assert.ok(status < 500, `HTTP ${status}`)
  assert.ok(Number.isInteger(answer.errcode), answer.errmsg)
  assert.notEqual(answer.errcode, -1, answer.errmsg)
}

async function stillAnswers(school: School) {
  assert.deepEqual(await school.unwatched(), ['li', 'li_mum/li'])
}

const plan = { classes: { '3A': { li: ['li_mum'] } }, living: ['3A'] }

test('random bytes as a body cause no internal error', async () => {
  await using school = await makeSchool(sqlite, plan)
  const token = await tokenOf(school.base, school.app)
  await fc.assert(
    fc.asyncProperty(anyCall, fc.uint8Array({ maxLength: 300 }), async ([, call], bytes) => {
      fine(await send(school.base, `${placed(call, { livingid: school.living }).path}?access_token=${token}`, { body: Buffer.from(bytes) }))
    }),
    runs(100),
  )
  await stillAnswers(school)
})

onBoth('random JSON as a body causes no internal error', async (database) => {
  await using school = await makeSchool(database, plan)
  const token = await tokenOf(school.base, school.app)
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null))
  /** Generates an input in which some fields are valid, some nearly valid and some random. */
  const input = anyCall.chain(([, call]) => {
    const whole = sample(call.input, true) as Record<string, unknown>
    const fields = Object.fromEntries(
      Object.entries(call.input.properties as Record<string, Shape>).map(([name, field]) => [
        name,
        fc.oneof(
          { weight: 3, arbitrary: fc.constant(whole[name]) },
          { weight: 1, arbitrary: near(field) },
          { weight: 1, arbitrary: value },
        ),
      ]),
    )
    return fc.record({ call: fc.constant(call), fields: fc.record(fields, { requiredKeys: [] }) })
  })
  await fc.assert(
    fc.asyncProperty(input, async ({ call, fields }) => {
      const livingid =
        typeof fields.livingid === 'string' && fields.livingid.isWellFormed() && fields.livingid ? fields.livingid : school.living
      fine(await sendInput(school.base, call, token, 'livingid' in call.input.properties ? { ...fields, livingid } : fields))
    }),
    runs(200),
  )
  assert.equal((await post(school.base, unwatchPath, token, { livingid: school.living })).answer.errcode, 0)
})

test('random query strings and tokens cause no internal error', async () => {
  await using school = await makeSchool(sqlite, plan)
  const name = fc.constantFrom('access_token', 'corpid', 'corpsecret', 'id', 'userid', '__proto__', 'x')
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('%00', '%zz', '%', '&&', '=', '%F0%9F', 'null'),
    fc.constant(school.corpid),
  )
  const pair = fc
    .tuple(name, text, fc.boolean())
    .map(([field, value, raw]) => `${field}=${raw ? encodeURI(value.toWellFormed()) : encodeURIComponent(value.toWellFormed())}`)
  await fc.assert(
    fc.asyncProperty(
      anyCall,
      fc.array(pair, { maxLength: 5 }),
      fc.uint8Array({ minLength: 46, maxLength: 46 }),
      async ([, call], pairs, forged) => {
        const token = `access_token=${Buffer.from(forged).toString('base64url')}`
        for (const query of [pairs.join('&'), [...pairs, token].join('&')])
          fine(await send(school.base, `${placed(call, { livingid: 'x' }).path}?${query.replaceAll('#', '')}`, { method: call.method }))
      },
    ),
    runs(100),
  )
  await stillAnswers(school)
})

test('a damaged cursor is refused with 50100', async () => {
  await using school = await makeSchool(sqlite, { ...plan, pageSize: 1 })
  const { next_cursor } = await school.client.getUnwatchStatV2({ livingid: school.living })
  const token = await tokenOf(school.base, school.app)
  const bytes = Buffer.from(next_cursor, 'base64url')
  const damaged = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] as number) ^ by
    return copy.toString('base64url')
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(damaged, fc.string({ minLength: 2, maxLength: 256 }), fc.base64String({ minLength: 4, maxLength: 60 })),
      async (cursor) => {
        fc.pre(cursor !== '"0"')
        const { answer } = await post(school.base, unwatchPath, token, { livingid: school.living, next_cursor: cursor })
        assert.equal(answer.errcode, 50100, answer.errmsg)
      },
    ),
    runs(120),
  )
})

test('random bytes on the port cause no internal error', async () => {
  await using school = await makeSchool(sqlite, plan)
  const head = fc.constantFrom(
    '',
    'GET ',
    'POST /cgi-bin/gettoken HTTP/1.1\r\n',
    `POST ${unwatchPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n`,
    'GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
  )
  await fc.assert(
    fc.asyncProperty(head, fc.uint8Array({ maxLength: 200 }), async (start, bytes) => {
      const answer = await sendBytes(school.base, Buffer.concat([Buffer.from(start, 'latin1'), bytes]), 40)
      assert.doesNotMatch(answer, /^HTTP\/1\.1 5|"errcode":-1/m)
    }),
    runs(120),
  )
  await stillAnswers(school)
})

/** Generates values that are valid or nearly valid for a field. */
function near(schema: Shape): fc.Arbitrary<unknown> {
  const { type, anyOf, items, properties = {}, maxLength = 40, minimum = -(2 ** 53), maximum = 2 ** 53 } = schema
  if (anyOf) return fc.oneof(...anyOf.map(near))
  if (type === 'integer')
    return fc.oneof(fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1), fc.integer(), fc.integer().map(String))
  if (type === 'string')
    return fc.oneof(fc.string({ unit: 'binary', maxLength: Math.min(maxLength, 40) }), fc.constantFrom('li', 'LI_MUM', '0', '\0'))
  if (type === 'array') return fc.array(near(items ?? {}), { maxLength: 4 })
  if (type === 'object')
    return fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, near(field)])), { requiredKeys: [] })
  return fc.jsonValue({ maxDepth: 2 })
}
