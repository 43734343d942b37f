import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'
import { callersBehind } from '../../src/http/caller.ts'

/** Who the caller is behind reverse proxies, and whether the caller's connection is encrypted. */
const callers = callersBehind(readConfig({ trustedProxies: '10.1.0.0/16, 192.0.2.7,fd00::/8' }, {}).trustedProxies)
const request = (remoteAddress: string, headers: Record<string, string>, encrypted = false) =>
  ({ socket: { remoteAddress, encrypted }, headers }) as unknown as IncomingMessage
const addressOf = (socket: string, forwarded: string) => callers.addressOf(request(socket, { 'x-forwarded-for': forwarded }))

test('the caller is the last address of X-Forwarded-For that is no trusted proxy', () => {
  assert.equal(addressOf('127.0.0.1', '203.0.113.9, 198.51.100.7'), '198.51.100.7')
  assert.equal(addressOf('::ffff:127.0.0.1', '203.0.113.9,10.1.2.3'), '203.0.113.9')
  assert.equal(addressOf('10.1.200.1', '203.0.113.9, 192.0.2.7, fd12::1'), '203.0.113.9')
  assert.equal(addressOf('::ffff:10.1.2.3', '2001:db8::1'), '2001:db8::1')
  assert.equal(addressOf('::1', '10.1.2.3'), '10.1.2.3')
})

test('what another machine, or a proxy that writes no address, says of the caller is ignored', () => {
  assert.equal(addressOf('10.2.0.1', '203.0.113.9'), '10.2.0.1')
  assert.equal(addressOf('198.51.100.7', '127.0.0.1'), '198.51.100.7')
  assert.equal(addressOf('10.1.2.3', '203.0.113.9, unknown'), '10.1.2.3')
  assert.equal(addressOf('10.1.2.3', ''), '10.1.2.3')
  assert.equal(callers.addressOf(request('10.1.2.3', {})), '10.1.2.3')
})

test('a connection is encrypted if it is TLS itself, or if a trusted proxy says so', () => {
  const saysHttps = { 'x-forwarded-proto': 'https' }
  assert.ok(callers.isOverTls(request('198.51.100.7', {}, true)))
  assert.ok(callers.isOverTls(request('127.0.0.1', saysHttps)))
  assert.ok(callers.isOverTls(request('10.1.2.3', saysHttps)))
  assert.ok(!callers.isOverTls(request('198.51.100.7', saysHttps)))
  assert.ok(!callers.isOverTls(request('10.1.2.3', { 'x-forwarded-proto': 'http' })))
})
