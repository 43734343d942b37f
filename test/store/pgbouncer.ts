import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pass } from 'node:timers/promises'
import type { Database } from '../databases.ts'
import { freePort } from '../postgres.ts'

/** Where Debian installs pgbouncer. */
export const program = '/usr/sbin/pgbouncer'

/**
 * Starts the real pgbouncer in transaction mode in front of a PostgreSQL.
 *
 * @param server the URL of the PostgreSQL
 * @param connections how many connections pgbouncer may open to it; the clients open more than that to pgbouncer
 */
export async function startPgbouncer(server: string, connections: number) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pgbouncer-'))
  const port = await freePort()
  const { hostname, port: serverPort, username, password } = new URL(server)
  const config = join(folder, 'pgbouncer.ini')
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 200
server_reset_query_always = 0
`,
  )
  // pgbouncer refuses to run as root
  const asUser = process.getuid?.() === 0 ? ['--user', 'postgres'] : []
  const child = spawn(program, [...asUser, '--quiet', config], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended (${child.exitCode}) before it listened`)
    await pass(20)
  }
  return {
    url: `postgres://${username}@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A kind of database that is created on the PostgreSQL itself and opened through pgbouncer. */
export const through = (pgbouncer: string, postgres: Database): Database => ({
  name: 'postgres',
  make: async () => {
    const { url, drop } = await postgres.make()
    const by = new URL(pgbouncer)
    by.pathname = new URL(url).pathname
    return { url: by.href, drop }
  },
})

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
  })
