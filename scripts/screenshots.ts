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
 * `npm run screenshots [folder]`: every page of the console on the demo school, light, dark and on a phone, Chinese and English.
 * Pictures are for looking at: nothing compares them.
 */
const folder = process.argv[2] ?? 'screenshots'

const pages = {
  livings: '/',
  lesson: '/livings/livingid2',
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
  pupil: '/pupils/PUPIL',
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

/** A list with a bit of everything: a new class, somebody who moves, rows that cannot be read. */
const roster = [
  '学号,姓名,年级,班级,家长手机,关系',
  'ma.zhixing,马知行,四年级,四年级2班,13900000001,妈妈',
  'xin.yi,辛弈,四年级,四年级3班,13900000002,爸爸',
  'shi.tou,石头,四年级,四年级3班,,',
  'wu.ming,,四年级,四年级3班,,',
  'ouyang.wu,欧阳悟,四年级,,13900000003,妈妈',
].join('\n')

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
  const made = await someCalls(base)
  mkdirSync(folder, { recursive: true })
  browser = await launchBrowser()
  for (const { name, ...look } of looks) await picture(browser, base, made, name, look)
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

/** So that every list has something to show: calls, a lesson that has ended, one planned and one cancelled. */
async function someCalls(base: string): Promise<Record<string, string>> {
  const answer = await fetch(`${base}/cgi-bin/gettoken?corpid=wwdemo&corpsecret=demo-secret`)
  const { access_token } = (await answer.json()) as { access_token: string }
  const call = async (path: string, body: object) => {
    const answer = await fetch(`${base}${path}?access_token=${access_token}`, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { livingid: string }
  }
  const now = Math.floor(Date.now() / 1000)
  // a theme has twenty characters at most
  const lesson = async (theme: string, living_start: number) =>
    (
      await call('/cgi-bin/living/create', {
        anchor_userid: 'zhoulaoshi',
        theme,
        living_start,
        living_duration: 2400,
        living_range: { partyids: [41, 42] },
      })
    ).livingid
  const ENDED = await lesson('四年级家长会：期中情况与寒假接送安排', now - 3600)
  const PLANNED = await lesson('数学：小数的加法', now + 86_400)
  const CANCELLED = await lesson('数学：小数的减法', now + 90_000)
  await call(`/v1/livings/${ENDED}/start`, { at: now - 3600 })
  await call(`/v1/livings/${ENDED}/end`, { at: now - 1200 })
  const listed = await fetch(`${base}/cgi-bin/school/user/list?access_token=${access_token}&department_id=41&fetch_child=0`)
  const { students } = (await listed.json()) as { students?: { student_userid: string }[] }
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

async function picture(at: Browser, base: string, made: Record<string, string>, name: string, look: object): Promise<void> {
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
    await page.goto(path.replace(/[A-Z]{4,}/, (word) => made[word] ?? pupil))
    if (title === 'timeline') await page.click('[data-expand] >> nth=0')
    if (title === 'upload') {
      await page.setInputFiles('input[name=roster]', { name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from(roster) })
      await page.click('#import button.primary')
    }
    // the numbers of a running lesson come a moment later
    await page.waitForTimeout(500)
    await shot(page, `${title}-${name}`)
  }
  await context.close()
}

function shot(page: Page, name: string) {
  return page.screenshot({ path: join(folder, `${name}.png`), fullPage: !/^(lesson|class-)/.test(name) })
}
