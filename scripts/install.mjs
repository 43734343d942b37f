// Runs before every npm script, on any version of Node. Runs `npm ci` if node_modules is missing or older than package-lock.json.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const modifiedMs = (file) => statSync(new URL(file, root), { throwIfNoEntry: false })?.mtimeMs ?? 0

// `npm install` writes package-lock.json a few seconds before node_modules/.package-lock.json, its last file. Hence the 10 s.
const isCurrent = modifiedMs('node_modules/.package-lock.json') + 10_000 > modifiedMs('package-lock.json')

if (!isCurrent) {
  process.stderr.write('rollcall: installing the dependencies (npm ci), this once …\n')
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    process.stderr.write('rollcall: npm ci failed; its output is above\n')
    process.exit(status ?? 1)
  }
}
