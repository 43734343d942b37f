import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { folder, serve } from './command.ts'

/** What clients notice when a server stops, or when one of its processes is killed: every request that was sent is answered. */

/** `cut` are requests on a connection that the server had answered on before; `reset` those on a new one, which it may not have accepted. */
type Outcome = { answered: number; cut: string[]; reset: number; closing: number }

/** Sends requests over kept-alive connections, each 5 ms after the answer of the one before, until the server refuses connections. */
async function load(url: string, connections: number, until: () => boolean): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const outcome: Outcome = { answered: 0, cut: [], reset: 0, closing: 0 }
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(`${url}/cgi-bin/gettoken?corpid=x`, { agent, timeout: 8000 }, (response) => {
        response.resume()
        response.on('end', resolve)
        response.on('error', reject)
        if (response.headers.connection === 'close') outcome.closing++
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer')))
      sent.on('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })))
      sent.end()
    })
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (!until())
        try {
          await ask()
          outcome.answered++
          await pass(5)
        } catch (error) {
          const { code = '', message, isReused } = error as NodeJS.ErrnoException & { isReused: boolean }
          if (code === 'ECONNREFUSED') return
          if (code === 'ECONNRESET' && !isReused) outcome.reset++
          else outcome.cut.push(code || message)
        }
    }),
  )
  agent.destroy()
  return outcome
}

for (const flags of [[], ['--processes', '2']])
  test(`a server ${flags.join(' ')} that stops answers every request that was sent, and asks its clients to close their connections`, async () => {
    using place = folder()
    await using server = await serve(['--database', place.database, '--log-level', 'error', ...flags])
    let isOver = false
    const loading = load(server.url, 20, () => isOver)
    await pass(500)
    const { code, seconds } = await server.stop()
    isOver = true
    const { answered, cut, reset, closing } = await loading
    assert.equal(code, 0)
    assert.ok(seconds < 8, `${seconds} s`)
    assert.ok(answered > 100 && closing > 0, `${answered} answered, ${closing} of them with connection: close`)
    assert.deepEqual(cut, [])
    // at the end the system resets connections that nobody has accepted yet
    assert.ok(reset <= 20, `${reset} connections were reset`)
  })

test('while a server stops, /readyz answers 503', async () => {
  using place = folder()
  await using server = await serve(['--database', place.database, '--log-level', 'error'])
  const agent = new Agent({ keepAlive: true })
  const status = (path: string) =>
    new Promise<number>((resolve, reject) => {
      request(server.url + path, { agent }, (response) => {
        response.resume()
        resolve(response.statusCode as number)
      })
        .on('error', reject)
        .end()
    })
  assert.equal(await status('/readyz'), 200)
  const stopped = server.stop()
  await pass(300)
  assert.deepEqual([await status('/readyz'), await status('/healthz')], [503, 200])
  assert.equal((await stopped).code, 0)
  agent.destroy()
})

test('when a server process is killed, its connections are closed and the other answers on', async () => {
  using place = folder()
  await using server = await serve(['--database', place.database, '--log-level', 'error', '--processes', '2'])
  let isOver = false
  const loading = load(server.url, 20, () => isOver)
  for (let round = 0; round < 3; round++) {
    await pass(300)
    const [victim] = await server.childPids()
    process.kill(victim as number, 'SIGKILL')
    await pass(1700)
  }
  isOver = true
  const { answered, cut } = await loading
  assert.ok(answered > 100)
  assert.ok(!cut.includes('no answer'), 'a connection was left open without an answer')
})
