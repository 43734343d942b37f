import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { root } from './source.ts'

const system = '/usr/bin/chromium'

/** Launches Debian's Chromium, or the Chromium of the npm package @sparticuz/chromium where Debian's is not installed. */
export async function launchBrowser(...more: string[]): Promise<Browser> {
  const { executablePath, env } = existsSync(system) ? { executablePath: system } : unpacked()
  return chromium.launch({
    executablePath,
    // in the POSIX locale, which containers have, a file with a Chinese name would be downloaded as "download"
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

/** The npm package contains a compressed Chromium, a font, and the libraries of Chromium that a minimal Debian lacks. */
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
  // several processes may unpack at the same time: each unpacks to a folder of its own, and the first one to finish renames its folder
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
