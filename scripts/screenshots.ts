import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, chromium, type Page } from 'playwright-core'
import { demoAccounts } from '../src/console/demo-accounts.ts'

/**
 * `npm run screenshots [folder]`: every page of the console on the demo school, light, dark and on a phone, Chinese and English.
 * Pictures are for looking at: nothing compares them.
 */
const folder = process.argv[2] ?? 'screenshots'

const pages = {
  livings: '/',
  lesson: '/livings/livingid2',
  households: '/livings/livingid2?read=households',
  minimum: '/livings/livingid2?min=60&show=too_short',
  timeline: '/livings/livingid2?show=watched',
  print: '/livings/livingid2/print',
  classes: '/classes',
  class: '/classes/41',
  pupil: '/pupils/PUPIL',
  roster: '/roster',
  apps: '/apps',
  app: '/apps/1000002',
  accounts: '/accounts',
  refused: '/livings/nowhere',
}
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 }, locale: 'zh-CN' },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 }, locale: 'zh-CN' },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'zh-CN' },
  { name: 'english', colorScheme: 'light', viewport: { width: 1280, height: 900 }, locale: 'en-GB' },
  { name: 'english-phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 }, locale: 'en-GB' },
] as const

const place = mkdtempSync(join(tmpdir(), 'rollcall-screenshots-'))
const bin = new URL('../bin/rollcall.js', import.meta.url).pathname
const server = spawn(
  process.execPath,
  [bin, 'serve', '--demo', '--port', '0', '--log-level', 'warn', '--database', join(place, 'demo.db')],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
let browser: Browser | undefined
try {
  const base = await listening()
  await someCalls(base)
  mkdirSync(folder, { recursive: true })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  for (const { name, ...look } of looks) await picture(browser, base, name, look)
} finally {
  await browser?.close()
  server.kill()
  rmSync(place, { recursive: true, force: true })
}

async function listening(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const [, base] = /^listening on (.*)$/.exec(line) ?? []
    if (base) return base
  }
  await once(server, 'exit')
  throw new Error('the server did not start')
}

/** So that the app's page has something to show. */
async function someCalls(base: string): Promise<void> {
  const answer = await fetch(`${base}/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret`)
  const { access_token } = (await answer.json()) as { access_token: string }
  const call = (path: string, body: object) =>
    fetch(`${base}${path}?access_token=${access_token}`, { method: 'POST', body: JSON.stringify(body) })
  await call('/cgi-bin/school/living/get_unwatch_stat_v2', { livingid: 'livingid2', next_cursor: '0' })
  await call('/cgi-bin/school/living/get_watch_stat_v2', { livingid: 'livingid2' })
  await call('/cgi-bin/school/living/get_unwatch_stat_v2', { livingid: 'nowhere' })
}

async function picture(at: Browser, base: string, name: string, look: object): Promise<void> {
  const context = await at.newContext({ baseURL: base, ...look })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await shot(page, `sign-in-${name}`)
  await page.fill('input[name=name]', demoAccounts.administrator)
  await page.fill('input[name=password]', demoAccounts.password)
  await page.click('button.primary')
  await page.goto('/classes/41')
  const pupil = (await page.getAttribute('tbody th a', 'href'))?.split('/').at(-1) ?? ''
  for (const [title, path] of Object.entries(pages)) {
    await page.goto(path.replace('PUPIL', pupil))
    if (title === 'timeline') await page.click('[data-expand] >> nth=0')
    // the numbers of a running lesson come a moment later
    await page.waitForTimeout(500)
    await shot(page, `${title}-${name}`)
  }
  await context.close()
}

function shot(page: Page, name: string) {
  return page.screenshot({ path: join(folder, `${name}.png`), fullPage: !/^(lesson|class-)/.test(name) })
}
