import assert from 'node:assert/strict'
import dns from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mock, test } from 'node:test'
import { isPublic, readUrl, send } from '../../src/events/post.ts'

/** Starts a server on this machine that records the requests that reach it. */
async function makeServer() {
  const reached: string[] = []
  const server = createServer((request, response) => {
    reached.push(`${request.method} ${request.headers.host}${request.url}`)
    response.end('here')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, reached, [Symbol.asyncDispose]: async () => void server.close() }
}

/** Addresses that are not public; `x` is no address at all. */
const closed =
  '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 fc00::1 fd12::1 fe80::1 ff02::1 2001:db8::1 2001::1 2001:1ff:ffff::1 2002:a00:1:: 3fff::1 3fff:fff:ffff::1 64:ff9b:1::1 100::1 100:0:0:1::1 5f00::1 fec0::1 192.0.0.8 198.51.100.7 240.0.0.1 x'
/** Public addresses, some of them right beside a private range. */
const open =
  '8.8.8.8 100.63.255.255 172.15.0.1 172.32.0.1 192.167.0.1 223.255.255.255 2606:4700::1111 240e::1 2001:200::1 3ffe:ffff::1 3fff:1000::1'

test('addresses of this machine, of private networks and of tunnels into private networks are not public', () => {
  for (const address of closed.split(' ')) assert.equal(isPublic(address), false, address)
  for (const address of open.split(' ')) assert.equal(isPublic(address), true, address)
})

const get = (url: string, allowPrivate: boolean) => send(url, { method: 'GET', query: {}, timeoutMs: 1000, allowPrivate })

test('an address of this machine is refused unless allowed, in every spelling', async () => {
  await using server = await makeServer()
  const { port } = server
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0', '[::1]', '[::ffff:127.0.0.1]'])
    await assert.rejects(get(`http://${host}:${port}/`, false), /private network: --callback-private allows those/, host)
  assert.deepEqual(server.reached, [])
  assert.deepEqual(await get(`http://127.0.0.1:${port}/x`, true), { status: 200, text: 'here' })
})

test('the request goes to the address that was checked, even if the name resolves to another one afterwards', async (t) => {
  await using server = await makeServer()
  const answers = ['127.0.0.1']
  const lookup = mock.method(dns, 'lookup', async () => [{ address: answers.shift() ?? '203.0.113.1', family: 4 }])
  t.after(() => lookup.mock.restore())
  assert.equal((await get(`http://rebinding.example:${server.port}/x?y=1`, true)).status, 200)
  assert.deepEqual(server.reached, [`GET rebinding.example:${server.port}/x?y=1`])
  assert.equal(lookup.mock.callCount(), 1)
})

test('a long answer is truncated, and an answer that does not end in time is a failure', async (t) => {
  const server = createServer((_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(server.listenerCount('slow') ? 1 : 4096)), 5)
    response.on('close', () => clearInterval(timer))
  }).listen(0, '127.0.0.1')
  t.after(() => server.closeAllConnections() ?? server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const { status, text } = await get(url, true)
  assert.equal(status, 200)
  assert.ok(text.length < 20_000)
  server.on('slow', () => {})
  await assert.rejects(send(url, { method: 'GET', query: {}, timeoutMs: 100, allowPrivate: true }), /no answer in 0\.1 s/)
})

test('a name with a private address among several is refused', async (t) => {
  const lookup = mock.method(dns, 'lookup', async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ])
  t.after(() => lookup.mock.restore())
  await assert.rejects(get('http://mixed.example/', false), /mixed\.example is 10\.0\.0\.1/)
})

test('a callback URL must be http or https, without user, password and fragment', () => {
  for (const url of ['ftp://a.example/', 'file:///etc/passwd', 'http://user:pass@a.example/', 'https://a.example/#x', 'a.example', ''])
    assert.throws(() => readUrl(url), /--url: expected/, url)
  assert.equal(readUrl('https://a.example/wecom?x=1').href, 'https://a.example/wecom?x=1')
})
