import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, delimiter, resolve } from 'node:path'

export const rtmpModule = '/usr/lib/nginx/modules/ngx_rtmp_module.so'

/** The Debian packages whose names differ from the name of the program. */
const packages: Readonly<Record<string, string>> = { [rtmpModule]: 'libnginx-mod-rtmp', script: 'bsdutils', 'systemd-analyze': 'systemd' }

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin']
const installed = (program: string) => folders.map((folder) => resolve(folder, program)).filter((file) => existsSync(file))

/**
 * Returns the options of a test that needs programs, given by name or path. Where a program is missing, the test is skipped with the line
 * that installs the program.
 *
 * @throws as `unless` does
 */
export function needs(...programs: string[]): { skip?: string } {
  const missing = programs.filter((program) => installed(program).length === 0)
  const debian = missing.map((program) => packages[program] ?? basename(program))
  return unless(missing.length === 0, `${missing.join(', ')}: apt-get install ${debian.join(' ')}`)
}

/**
 * Returns the options of a test that needs something else than a Debian package: the test is skipped unless it is `present`.
 *
 * @param missing what is missing and how to install it
 * @throws when something is missing although ROLLCALL_TEST_ALL is set, as `.ci/run` does after it has installed everything
 */
export function unless(present: boolean, missing: string): { skip?: string } {
  if (present) return {}
  if (process.env.ROLLCALL_TEST_ALL) throw new Error(`ROLLCALL_TEST_ALL forbids to skip a test that needs ${missing}`)
  return { skip: `needs ${missing}` }
}

/** The path of an installed Node of a major version below 24, which is too old for the server, and at least `oldest`. */
export const olderNode = (oldest = 0): string | undefined =>
  installed('node').find((node) => {
    const major = Number(/^v(\d+)/.exec(String(execFileSync(node, ['-v'])))?.[1])
    return major >= oldest && major < 24
  })
