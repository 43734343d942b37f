import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { post, send, tokenOf, undecorated, unwatchPath } from './raw.ts'

/**
 * The order of checks: method, token, grant, which the head of the request tells; then size, JSON, fields, living, cursor. Of two faults, the
 * one checked first is reported.
 */
const tooLarge = Buffer.alloc(8 * 2 ** 20 + 1, ' ')

test('a wrong method is reported before a too large body', async () => {
  await using school = await makeSchool(sqlite)
  const { answer } = await send(school.base, unwatchPath, { method: 'PUT', body: tooLarge })
  assert.equal(undecorated(answer.errmsg), 'method: expected POST, got PUT. invalid Request Parameter')
})

test('a wrong method is reported before a missing token', async () => {
  await using school = await makeSchool(sqlite)
  const { answer } = await send(school.base, unwatchPath, { method: 'GET' })
  assert.equal(undecorated(answer.errmsg), 'method: expected POST, got GET. invalid Request Parameter')
})

test('a missing token is reported before a too large body and before invalid JSON', async () => {
  await using school = await makeSchool(sqlite)
  for (const body of [tooLarge, '{"livingid"']) assert.equal((await send(school.base, unwatchPath, { body })).answer.errcode, 41001)
})

test('a missing grant is reported before a too large body, invalid JSON and a missing field', async () => {
  await using school = await makeSchool(sqlite)
  const token = await tokenOf(school.base, await school.makeApp('self-built', []))
  for (const body of [tooLarge, '{"livingid"', {}]) assert.equal((await post(school.base, unwatchPath, token, body)).answer.errcode, 48002)
})

test('invalid JSON is reported before a missing field', async () => {
  await using school = await makeSchool(sqlite)
  const { answer } = await post(school.base, unwatchPath, await tokenOf(school.base, school.app), '{"next_cursor":"0"')
  assert.equal(undecorated(answer.errmsg), 'body: expected JSON. invalid json. invalid Request Parameter')
})

test('a missing field is reported before an unknown living', async () => {
  await using school = await makeSchool(sqlite)
  const { answer } = await post(school.base, unwatchPath, await tokenOf(school.base, school.app), { next_cursor: '0' })
  assert.equal(undecorated(answer.errmsg), 'livingid: expected a string of 1-128 characters, got nothing. invalid Request Parameter')
})

test('a missing grant is reported before an unknown living', async () => {
  await using school = await makeSchool(sqlite)
  const token = await tokenOf(school.base, await school.makeApp('self-built', []))
  assert.equal((await post(school.base, unwatchPath, token, { livingid: 'lvNobodyKnows' })).answer.errcode, 48002)
})

test('a living of another app is reported before a damaged cursor', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': {} }, living: ['3A'] })
  const asked = { livingid: school.living, next_cursor: 'damaged' }
  const other = await school.makeApp()
  assert.equal((await post(school.base, unwatchPath, await tokenOf(school.base, other), asked)).answer.errcode, 92008)
  assert.equal((await post(school.base, unwatchPath, await tokenOf(school.base, school.app), asked)).answer.errcode, 50100)
})
