import { execFileSync, spawn } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pass } from 'node:timers/promises'
import { freePort } from '../test/postgres.ts'
import { type Listening, listening, owned, stopped } from './processes.ts'

/** The servers of other projects. They have a folder and a lock file of their own: 350 packages that only this part of the bench needs. */
const folder = new URL('peers/', import.meta.url).pathname

/** Installs the packages of the peers unless they are installed and up to date. */
export function installPeers(): void {
  const changed = (file: string) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (changed('node_modules/.package-lock.json') + 10_000 > changed('package-lock.json')) return
  process.stderr.write('installing the peers (npm ci), once …\n')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: folder, stdio: ['ignore', 2, 2] })
}

export const startExpress = (database: string, watched: string) => listening([join(folder, 'express.mjs'), database, watched], 'inherit')

export function startPostGraphile(url: string): Promise<Listening> {
  process.env.GRAPHILE_ENV = 'production'
  return listening([join(folder, 'postgraphile.mjs'), url], 'inherit')
}

/** json-server, which serves the lists of a JSON file. */
export const startJsonServer = (file: string) => program('json-server/lib/cli/bin.js', ['--quiet', '--host', '127.0.0.1', file], '--port')

/** Prism, a mock server: it answers every request that fits an OpenAPI document with the example in the document. */
export async function startPrism(place: string, path: string, example: unknown): Promise<Listening> {
  const body = { required: true, content: { 'application/json': { schema: { type: 'object', required: ['livingid'] } } } }
  const answer = { description: 'a page', content: { 'application/json': { schema: { type: 'object' }, example } } }
  const document = {
    openapi: '3.0.3',
    info: { title: 'a page', version: '1' },
    paths: { [path]: { post: { requestBody: body, responses: { 200: answer } } } },
  }
  const file = join(place, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  return program('@stoplight/prism-cli/dist/index.js', ['mock', '--host', '127.0.0.1', '--verboseLevel', 'silent', file], '--port')
}

/** Starts a command that prints nothing when it listens: tries to connect every 100 ms. */
async function program(path: string, args: readonly string[], portFlag: string): Promise<Listening> {
  const port = await freePort()
  const child = owned(
    spawn(process.execPath, [join(folder, 'node_modules', path), ...args, portFlag, String(port)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${path} ended before it listened`)
    await pass(100)
  }
  return { port, pid: child.pid as number, stop: () => stopped(child) }
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy())
  })
