import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, delimiter, resolve } from 'node:path'

export const rtmpModule = '/usr/lib/nginx/modules/ngx_rtmp_module.so'

/** Debian's packages, where they are not named as the program. */
const packages: Readonly<Record<string, string>> = { [rtmpModule]: 'libnginx-mod-rtmp', script: 'bsdutils' }

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
const installed = (program: string) => folders.map((folder) => resolve(folder, program)).filter((file) => existsSync(file))

/** The options of a test that needs programs, by name or path: where one is missing, it is skipped and says what installs it. */
export function needs(...programs: string[]): { skip?: string } {
  const missing = programs.filter((program) => installed(program).length === 0)
  const debian = missing.map((program) => packages[program] ?? basename(program))
  return unless(missing.length === 0, `${missing.join(', ')}: apt-get install ${debian.join(' ')}`)
}

/** The same for what another line installs. `.ci/run` installs everything and sets ROLLCALL_TEST_ALL: there a skip is a failure. */
export function unless(present: boolean, missing: string): { skip?: string } {
  if (present) return {}
  if (process.env.ROLLCALL_TEST_ALL) throw new Error(`ROLLCALL_TEST_ALL forbids to skip a test that needs ${missing}`)
  return { skip: `needs ${missing}` }
}

/** A Node that is too old for the server, and not older than `oldest`. */
export const olderNode = (oldest = 0): string | undefined =>
  installed('node').find((node) => {
    const major = Number(/^v(\d+)/.exec(String(execFileSync(node, ['-v'])))?.[1])
    return major >= oldest && major < 24
  })
