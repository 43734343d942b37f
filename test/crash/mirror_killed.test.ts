import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { livingById } from '../../src/living/store.ts'
import { onBoth } from '../databases.ts'
import { answersOf, contactsOf, farSchool, mirrorOf } from '../mirror/far_school.ts'

const command = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url))

/** Starts a proxy in front of the server at `base`. The proxy never answers the third request for a page of the watched list. */
async function stallingProxy(base: string) {
  const stalled = Promise.withResolvers<void>()
  let pages = 0
  const proxy = createServer(async (request, response) => {
    if (request.url?.includes('/get_watch_stat_v2') && ++pages > 2) return stalled.resolve()
    const body = Buffer.concat(await Array.fromAsync(request))
    const answer = await fetch(`${base}${request.url}`, { method: request.method ?? 'GET', ...(body.length && { body }) })
    response.end(await answer.text())
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const close = () => {
    proxy.closeAllConnections()
    proxy.close()
  }
  return { base: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, stalled: stalled.promise, [Symbol.dispose]: close }
}

onBoth('a mirror killed while it reads a living shows nothing of that living until a second run completes it', async (database) => {
  await using far = await farSchool(database, { pageSize: 2 })
  await using here = await mirrorOf(database, far)
  using host = await stallingProxy(far.base)
  const login = join(tmpdir(), `rollcall-killed-${process.pid}-${database.name}`)
  const child = spawn(process.execPath, [command, 'mirror', '--from', host.base, '--corp', far.corpid, '--living', far.living], {
    env: { ...process.env, ROLLCALL_SECRET: far.app.secret, ROLLCALL_DATABASE: here.url, ROLLCALL_CONFIG_FILE: login },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await host.stalled
  child.kill('SIGKILL')
  await once(child, 'exit')
  rmSync(`${login}.tokens.json`, { force: true })

  assert.deepEqual(await contactsOf(await here.ask()), await contactsOf(far.client), 'the contacts were read whole')
  assert.deepEqual(await here.db.all(livingById(1, far.living)), [])
  // the second run asks the server itself, not the proxy
  await here.pull({ livingids: [far.living], isBaseGiven: true })
  assert.deepEqual(await answersOf(await here.ask(), far.living), await answersOf(far.client, far.living))
})
