import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { post, send, tokenOf, unwatchPath } from './raw.ts'
import { calls } from './samples.ts'

/** The paths for operators and developers: /healthz, /readyz, /metrics, /openapi.json. */
const school = await makeSchool(sqlite)
after(() => school[Symbol.asyncDispose]())
const get = (path: string) => send(school.base, path, { method: 'GET' })

test('/healthz answers while the process runs, and /readyz while the database answers', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const { status, text } = await get(path)
    assert.deepEqual([status, text], [200, '{"status":"ok"}'], path)
  }
})

test('/metrics counts calls by name and errcode, and names no school, living or person', async () => {
  const token = await tokenOf(school.base, school.app)
  const counted = (text: string) => Number(/^rollcall_calls_total\{call="getUnwatchStatV2",errcode="40058"\} (\d+)$/m.exec(text)?.[1] ?? 0)
  const before = counted((await get('/metrics')).text)
  await post(school.base, unwatchPath, token, { livingid: 'lvSecretLiving' })
  const { status, headers, text } = await get('/metrics')
  assert.equal(status, 200)
  assert.equal(counted(text), before + 1)
  assert.match(headers['content-type'] ?? '', /^text\/plain; version=/)
  assert.match(text, /^rollcall_call_seconds_bucket\{.*call="gettoken".*\} \d+$/m)
  assert.match(text, /^process_cpu_/m)
  for (const id of [school.corpid, 'lvSecretLiving', token, school.app.secret]) assert.ok(!text.includes(id), id)
})

test('/metrics has a histogram of the durations of calls, with cumulative buckets', async () => {
  await post(school.base, unwatchPath, await tokenOf(school.base, school.app), { livingid: 'nowhere' })
  const { text } = await get('/metrics')
  const numbers = (series: RegExp) => [...text.matchAll(series)].map(([, number]) => Number(number))
  const total = numbers(/^rollcall_calls_total\{call="getUnwatchStatV2",errcode="-?\d+"\} (\d+)$/gm).reduce((sum, each) => sum + each, 0)
  const [count] = numbers(/^rollcall_call_seconds_count\{call="getUnwatchStatV2"\} (\d+)$/gm)
  const [sum = 0] = numbers(/^rollcall_call_seconds_sum\{call="getUnwatchStatV2"\} (\S+)$/gm)
  const upTo = numbers(/^rollcall_call_seconds_bucket\{le="[^"]+",call="getUnwatchStatV2"\} (\d+)$/gm)
  assert.equal(count, total)
  assert.equal(upTo.at(-1), total)
  assert.equal(upTo.length, 12)
  assert.deepEqual(
    upTo,
    upTo.toSorted((a, b) => a - b),
  )
  assert.ok(sum > 0 && sum < 5 * total)
})

test('the served /openapi.json is valid OpenAPI 3.1 and has every call', async () => {
  const { status, text } = await get('/openapi.json')
  assert.equal(status, 200)
  const document = JSON.parse(text)
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  assert.equal(document.openapi, '3.1.0')
  for (const [name, { path, method }] of calls) assert.equal(document.paths[path]?.[method.toLowerCase()]?.operationId, name)
  assert.equal(Object.keys(document.paths).length, calls.length)
})

test('/openapi.json declares each field of a call as path, query or body field', async () => {
  const { paths } = JSON.parse((await get('/openapi.json')).text)
  const presence = paths['/v1/livings/{livingid}/presence'].post
  assert.deepEqual(
    presence.parameters.map((each: { name: string; in: string; required: boolean }) => [each.name, each.in, each.required]),
    [['livingid', 'path', true]],
  )
  assert.deepEqual(presence.requestBody.content['application/json'].schema.required, ['stays'])
  const { get: gettoken } = paths['/cgi-bin/gettoken']
  assert.deepEqual(gettoken.security, [])
  assert.deepEqual(
    gettoken.parameters.map((each: { name: string; in: string }) => [each.name, each.in]),
    [
      ['corpid', 'query'],
      ['corpsecret', 'query'],
    ],
  )
})
