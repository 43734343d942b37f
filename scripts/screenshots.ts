import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, Page } from 'playwright-core'
import { demoAccounts } from '../src/console/demo_accounts.ts'
import { launchBrowser } from '../test/browser.ts'

/**
 * `npm run screenshots [folder]`: takes pictures of every page of the console with the demo school, in light and dark colours, on a desktop
 * and a phone, in Chinese and English. The pictures are for people to look at; no test compares them.
 */
const folder = process.argv[2] ?? 'screenshots'

/** Paths by the name of the picture. Words in capitals are placeholders for ids, which are known only at run time. */
const pathsByName = {
  livings: '/',
  living: '/livings/livingid2',
  households: '/livings/livingid2?read=households',
  ended: '/livings/ENDED',
  planned: '/livings/PLANNED',
  cancelled: '/livings/CANCELLED',
  replay: '/livings/ENDED?show=replay_only',
  joined: '/livings/ENDED?show=joined_after',
  excused: '/livings/livingid2?show=excused',
  nobody: '/livings/livingid2?q=nobody',
  minimum: '/livings/livingid2?min=60&show=too_short',
  timeline: '/livings/livingid2?show=watched',
  print: '/livings/livingid2/print',
  classes: '/classes',
  class: '/classes/41',
  student: '/pupils/STUDENT',
  roster: '/roster',
  upload: '/roster',
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

/** A roster file for the import page: with a new class, a student who changes class, and bad rows. */
const roster = [
  '学号,姓名,年级,班级,家长手机,关系',
  'ma.zhixing,马知行,四年级,四年级2班,13900000001,妈妈',
  'xin.yi,辛弈,四年级,四年级3班,13900000002,爸爸',
  'shi.tou,石头,四年级,四年级3班,,',
  'wu.ming,,四年级,四年级3班,,',
  'ouyang.wu,欧阳悟,四年级,,13900000003,妈妈',
].join('\n')

const databaseFolder = mkdtempSync(join(tmpdir(), 'rollcall-screenshots-'))
const bin = new URL('../bin/rollcall.js', import.meta.url).pathname
const server = spawn(
  process.execPath,
  [bin, 'serve', '--demo', '--port', '0', '--log-level', 'warn', '--database', join(databaseFolder, 'demo.db')],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
let browser: Browser | undefined
try {
  const base = await listeningUrl()
  const ids = await createData(base)
  mkdirSync(folder, { recursive: true })
  browser = await launchBrowser()
  for (const { name, ...look } of looks) await takePictures(browser, base, ids, name, look)
} finally {
  await browser?.close()
  server.kill()
  rmSync(databaseFolder, { recursive: true, force: true })
}

/** Returns the URL that the server prints when it listens. */
async function listeningUrl(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const [, base] = /^listening on (.*)$/.exec(line) ?? []
    if (base) return base
  }
  await once(server, 'exit')
  throw new Error('the server did not start')
}

/**
 * Creates data for every list of the console: an ended, a planned and a cancelled living, a student without parents, and calls in the log of
 * the app. Returns ids by placeholder.
 */
async function createData(base: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret`)
  const { access_token } = (await answer.json()) as { access_token: string }
  const call = async (path: string, body: object) => {
    const response = await fetch(`${base}${path}?access_token=${access_token}`, { method: 'POST', body: JSON.stringify(body) })
    return (await response.json()) as { livingid: string }
  }
  const now = Math.floor(Date.now() / 1000)
  // A theme has at most twenty characters.
  const createLiving = async (theme: string, living_start: number) =>
    (
      await call('/cgi-bin/living/create', {
        anchor_userid: 'zhoulaoshi',
        theme,
        living_start,
        living_duration: 2400,
        living_range: { partyids: [41, 42] },
      })
    ).livingid
  const ENDED = await createLiving('四年级家长会：期中情况与寒假接送安排', now - 3600)
  const PLANNED = await createLiving('数学：小数的加法', now + 86_400)
  const CANCELLED = await createLiving('数学：小数的减法', now + 90_000)
  await call(`/v1/livings/${ENDED}/start`, { at: now - 3600 })
  await call(`/v1/livings/${ENDED}/end`, { at: now - 1200 })
  const response = await fetch(`${base}/cgi-bin/school/user/list?access_token=${access_token}&department_id=41&fetch_child=0`)
  const { students } = (await response.json()) as { students?: { student_userid: string }[] }
  const stays = (students ?? []).slice(0, 22).map(({ student_userid }, index) => ({
    student_userid,
    enter_time: now - (index < 18 ? 3500 : 900),
    leave_time: now - (index < 18 ? 1300 : 600),
    replay: Number(index >= 18),
  }))
  if (stays.length) await call(`/v1/livings/${ENDED}/presence`, { stays })
  await call('/cgi-bin/school/user/create_student', { student_userid: 'nie.xiaoqian', name: '聂小倩', department: [41] })
  await call('/cgi-bin/living/cancel', { livingid: CANCELLED })
  await call('/cgi-bin/school/living/get_unwatch_stat_v2', { livingid: 'livingid2', next_cursor: '0' })
  await call('/cgi-bin/school/living/get_watch_stat_v2', { livingid: 'livingid2' })
  await call('/cgi-bin/school/living/get_unwatch_stat_v2', { livingid: 'nowhere' })
  return { ENDED, PLANNED, CANCELLED }
}

/** Takes a picture of every page with the viewport, colours and language of `look`. */
async function takePictures(browser: Browser, base: string, ids: Record<string, string>, lookName: string, look: object): Promise<void> {
  const context = await browser.newContext({ baseURL: base, ...look })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await takePicture(page, `sign-in-${lookName}`)
  await page.fill('input[name=name]', demoAccounts.administrator)
  await page.fill('input[name=password]', demoAccounts.password)
  await page.click('button.primary')
  await page.goto('/classes/41')
  const student = (await page.getAttribute('tbody th a', 'href'))?.split('/').at(-1) ?? ''
  for (const [name, path] of Object.entries(pathsByName)) {
    await page.goto(path.replace(/[A-Z]{4,}/, (word) => ids[word] ?? student))
    if (name === 'timeline') await page.click('[data-expand] >> nth=0')
    if (name === 'upload') {
      await page.setInputFiles('input[name=roster]', { name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) })
      await page.click('#import button.primary')
    }
    // The page loads the numbers of a running living after it is shown.
    await page.waitForTimeout(500)
    await takePicture(page, `${name}-${lookName}`)
  }
  await context.close()
}

function takePicture(page: Page, name: string) {
  return page.screenshot({ path: join(folder, `${name}.png`), fullPage: !/^(living-|class-)/.test(name) })
}
