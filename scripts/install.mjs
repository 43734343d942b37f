// Runs before every npm script, under whatever Node there is: installs when node_modules is missing or older than the lock file.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const changed = (file) => statSync(new URL(file, root), { throwIfNoEntry: false })?.mtimeMs ?? 0

// npm writes its own copy of the lock last of all it installs, within seconds of the lock itself
const isCurrent = changed('node_modules/.package-lock.json') + 10_000 > changed('package-lock.json')

if (!isCurrent) {
  process.stderr.write('rollcall: installing what it needs (npm ci), once …\n')
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    process.stderr.write('rollcall: npm ci failed; what it said stands above\n')
    process.exit(status ?? 1)
  }
}
