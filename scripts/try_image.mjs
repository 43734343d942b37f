// Checks the Dockerfile without Docker: runs its steps in a temporary folder, starts its entry point, and asks the server if it is ready.
import { execSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'

const root = new URL('../', import.meta.url).pathname
const ignoredPaths = new Set(readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n'))
const imageFolder = mkdtempSync(join(tmpdir(), 'rollcall-image-'))
const env = { ...process.env, npm_config_loglevel: 'error', ROLLCALL_LOG_LEVEL: 'error' }
let stageFolder = ''
let workdir = ''
let entrypoint = []

const copy = (words) => {
  const from = words[0].startsWith('--from=') ? join(imageFolder, words.shift().slice('--from='.length)) : root
  const to = words.pop()
  for (const each of words) {
    const target = join(workdir, to === './' ? basename(each) : to)
    cpSync(join(from, each), target, { recursive: true, filter: (path) => from !== root || !ignoredPaths.has(path.slice(root.length)) })
  }
}
const steps = {
  FROM: (words) => {
    stageFolder = join(imageFolder, words[2] ?? 'last')
  },
  WORKDIR: ([path]) => {
    workdir = join(stageFolder, path)
    mkdirSync(workdir, { recursive: true })
  },
  COPY: copy,
  RUN: (words) => {
    // Skip the step that prepares the volume: /data would be a folder of this machine.
    if (!words.includes('/data')) execSync(words.join(' '), { cwd: workdir, stdio: ['ignore', 'ignore', 'inherit'], env })
  },
  ENTRYPOINT: (words) => {
    entrypoint = JSON.parse(words.join(' '))
  },
}
for (const line of readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n')) {
  const [instruction, ...words] = line.split(' ')
  steps[instruction]?.(words)
}

const [program, ...flags] = entrypoint
const server = spawn(program, [...flags, 'serve', '--port', '0', '--database', join(imageFolder, 'rollcall.db')], { cwd: workdir, env })
server.stderr.pipe(process.stderr)
let isReady = false
for await (const line of createInterface({ input: server.stdout })) {
  const [, base] = /^listening on (\S+)/.exec(line) ?? []
  isReady ||= base !== undefined && (await fetch(`${base}/readyz`)).ok
  server.kill()
}
rmSync(imageFolder, { recursive: true })
if (!isReady) throw new Error('the server of the image did not become ready')
process.stdout.write('the image builds, and its server is ready\n')
