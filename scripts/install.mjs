// Runs before every npm script, under whatever Node there is: installs when node_modules is missing or older than the lock file.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const lock = readFileSync(new URL('package-lock.json', root), 'utf8')
const stamp = new URL('node_modules/.rollcall-lock', root)

// npm leaves node_modules/.package-lock.json behind; our stamp says for which lock it was, where an install by hand left none it is trusted
const isThere = existsSync(new URL('node_modules/.package-lock.json', root))
const isCurrent = isThere && (!existsSync(stamp) || readFileSync(stamp, 'utf8') === lock)

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
if (!isCurrent || !existsSync(stamp)) writeFileSync(stamp, lock)
