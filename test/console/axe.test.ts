import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { sqlite } from '../databases.ts'
import { someone, zoomOf } from '../identity/school.ts'
import { makeSchool } from '../world.ts'
import { atBrowser, atSignIn } from './teacher.ts'

/** Accessibility of every console page: checked with axe in light and dark colours, on a phone's width, and with the keyboard alone. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type Found = { violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }

async function complaints(page: Page, path: string, only: string): Promise<string[]> {
  await page.goto(path)
  return complaintsHere(page, only)
}

async function complaintsHere(page: Page, only: string): Promise<string[]> {
  // run by the browser itself, because the page's content security policy would forbid a script tag
  const { violations } = (await page.evaluate(`${axe}; axe.run(document, ${only})`)) as Found
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${page.url()} ${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
}

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious on any page [${colorScheme}]`, async () => {
    await using school = await makeSchool(sqlite, {
      classes: { '3A': { li: ['li.ma'], chen: ['chen.ma', 'chen.ba'] }, '3B': { sun: [] } },
      silent: ['chen.ba'],
      living: ['3A', '3B'],
    })
    await school.watch('li')
    await school.unwatched()
    await zoomOf(school)(someone('小李'))
    await zoomOf(school)(someone('三年级li'))
    await using guest = await atSignIn(school, { colorScheme })
    await using head = await atBrowser(school, { name: 'head', role: 'administrator', userid: 'wang' }, { colorScheme })
    const livingPath = `/livings/${school.living}`
    const paths = [
      '/',
      livingPath,
      `${livingPath}?read=households`,
      `${livingPath}?show=watched`,
      `${livingPath}?min=50`,
      `${livingPath}/timeline?viewer=1`,
      `${livingPath}/print`,
      '/classes',
      `/classes/${school.classIds['3A']}`,
      '/pupils/li',
      `${livingPath}/attendance`,
      '/unmatched',
      '/roster',
      '/apps',
      `/apps/${school.app.agentid}`,
      '/accounts',
      '/livings/nowhere',
    ]
    // in dark mode only the colours differ, so only they are checked
    const only = colorScheme === 'dark' ? "{ runOnly: ['color-contrast'] }" : '{}'
    const found = await complaints(guest.page, '/sign-in', only)
    for (const path of paths) found.push(...(await complaints(head.page, path, only)))
    await head.page.goto('/roster')
    const list = '学号,姓名,班级\nli,li,三年级/3B\nsun,sun,三年级/3B\n1,张小三,三年级/3C\n2,,三年级/3C\n'
    await head.page.getByLabel('文件', { exact: true }).setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
    await head.page.getByRole('button', { name: '查看变化' }).click()
    await head.page.getByText('没有姓名').waitFor()
    found.push(...(await complaintsHere(head.page, only)))
    const attendance = '姓名,加入时间,离开时间\nli,2026/11/26 18:00,2026/11/26 18:10\n小李,2026/11/26 18:00,2026/11/26 18:10\n韩,gestern,\n'
    const own = '谁,到\nli,2026/11/26 18:00\n'
    for (const [text, shown] of [
      [attendance, '应是日期和时间'],
      [own, '各列是什么'],
    ] as const) {
      await head.page.goto(`${livingPath}/attendance`)
      await head.page.locator('input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
      await head.page.getByRole('button', { name: '查看名单' }).click()
      await head.page.getByText(shown).waitFor()
      found.push(...(await complaintsHere(head.page, only)))
    }
    assert.deepEqual(found, [])
  })

test('no page is wider than the screen of a phone', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: ['li.ma'] } }, living: ['3A'] })
  await using head = await atBrowser(
    school,
    { name: 'head', role: 'administrator' },
    { viewport: { width: 360, height: 740 }, locale: 'en-GB' },
  )
  const { page } = head
  for (const path of [
    '/',
    `/livings/${school.living}`,
    `/livings/${school.living}/attendance`,
    '/unmatched',
    `/classes/${school.classIds['3A']}`,
    '/roster',
    '/apps',
    `/apps/${school.app.agentid}`,
    '/accounts',
  ]) {
    await page.goto(path)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    assert.ok((width as number) <= 360, `${path} is ${width} wide`)
  }
})

test('a teacher can read a living and excuse a student with the keyboard alone', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: ['li.ma'] } }, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.className'), 'skip')
  await page.keyboard.press('Enter')
  await page.getByLabel('选择 li').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: '所选记为请假' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('已记为请假：1 人').waitFor()
})
