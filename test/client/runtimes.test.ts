import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { sqlite } from '../databases.ts'
import { olderNode, unless } from '../programs.ts'
import { root } from '../source.ts'
import { makeSchool } from '../world.ts'

/** The published client on each runtime that docs/client.md names, against a real server. */

const run = promisify(execFile)
const here = join(root, 'test/client/runtimes')
const installed = (file: string) => join(here, 'node_modules', file)

const runtimes: { name: string; command: string | undefined; args: readonly string[] }[] = [
  { name: 'an older Node', command: olderNode(20), args: ['process.mjs'] },
  { name: 'Bun', command: installed('@oven/bun-linux-x64/bin/bun'), args: ['process.mjs'] },
  {
    name: 'Deno',
    command: installed('@deno/linux-x64-glibc/deno'),
    args: [
      'run',
      '--quiet',
      '--no-lock',
      '--no-prompt',
      '--node-modules-dir=manual',
      '--allow-net=127.0.0.1',
      '--allow-read',
      'process.mjs',
    ],
  },
  { name: 'an edge runtime', command: process.execPath, args: ['--no-warnings', '--experimental-vm-modules', 'edge.mjs'] },
]

const folder = mkdtempSync(join(tmpdir(), 'rollcall-runtimes-'))
after(() => rmSync(folder, { recursive: true }))

/** Builds the client as `npm run build` does, but only the client and what it imports. Returns the path of the built file. */
const built = async () => {
  const options = {
    noEmit: false,
    rootDir: join(root, 'src'),
    outDir: join(folder, 'dist'),
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: options,
      include: [],
      files: [join(root, 'src/client/client.ts')],
    }),
  )
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  return join(folder, 'dist/client/client.js')
}
let client: Promise<string> | undefined

for (const { name, command, args } of runtimes) {
  const missing = `${name}: npm ci --prefix test/client/runtimes installs Bun and Deno on Linux x64`
  test(`the built client works on ${name}`, unless(command !== undefined && existsSync(command), missing), async () => {
    client ??= built()
    await using school = await makeSchool(sqlite, { classes: { '3A': { li: [], wu: ['wu_mum'] } }, living: ['3A'], pageSize: 1 })
    const { base, corpid, living: livingid, clock } = school
    const asked = JSON.stringify({ base, corpid, corpsecret: school.app.secret, livingid, now: clock.now })
    const { stdout, stderr } = await run(command as string, [...args, await client, asked], { cwd: here, timeout: 60_000 })
    assert.equal(stderr, '')
    assert.deepEqual(JSON.parse(stdout), {
      before: ['li', 'wu', 'wu'],
      after: ['wu', 'wu'],
      seconds: 30,
      classes: ['3A'],
      refused: [40058, '不合法的参数'],
      stopped: 'enough',
    })
  })
}
