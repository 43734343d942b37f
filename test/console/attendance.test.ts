import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { ownCsv, teamsCsv, zoomCsv } from '../attendance_file/files.ts'
import { sqlite } from '../databases.ts'
import { endAt, startAt, watchedBy } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { atBrowser } from './teacher.ts'

/** Attendance files in the console: uploaded on the page of a living, and those who are not matched. */
const six = Date.parse('2026-11-26T18:00:00+08:00') / 1000
const head = { name: 'head', role: 'administrator' } as const

async function aSchool(): Promise<School> {
  const school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'], wu: [], wu2: [] }, '3B': { he: [] } } })
  school.clock.now = six
  const { client } = school
  await client.updateStudent({ student_userid: 'li', name: '李雷' })
  for (const student_userid of ['wu', 'wu2']) await client.updateStudent({ student_userid, name: '吴小明' })
  const { livingid } = await client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: six,
    living_duration: 2400,
    living_range: { partyids: [school.classIds['3A'] as number] },
  })
  await startAt(school, six, livingid)
  school.clock.now = six + 7200
  await endAt(school, six + 2400, livingid)
  return { ...school, living: livingid }
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function choose(page: Page, school: School, buffer: Buffer, name = 'zoom.csv') {
  await page.goto(`/livings/${school.living}/attendance`)
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer })
  await button(page, '查看名单').click()
}

for (const [device, options] of Object.entries({
  desktop: {},
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
}))
  test(`a teacher uploads the file of a lesson, says who two people are, and sees who has watched [${device}]`, async () => {
    await using school = await aSchool()
    await using desk = await atBrowser(school, { userid: 'wang' }, options)
    const { page } = desk
    await page.goto(`/livings/${school.living}`)
    await page.getByRole('link', { name: '导入考勤文件' }).click()
    await page.locator('input[type=file]').setInputFiles({ name: 'zoom.csv', mimeType: 'text/csv', buffer: zoomCsv })
    await button(page, '查看名单').click()
    await page.getByRole('heading', { name: 'zoom.csv 里的人' }).waitFor()
    assert.deepEqual(await watchedBy(school), [])
    assert.equal((await page.evaluate('document.documentElement.scrollWidth')) as number, (await page.evaluate('innerWidth')) as number)
    await page.getByLabel('吴小明 (iPad) 是谁').first().selectOption('吴小明 · 3A · wu')
    await page.getByRole('combobox', { name: '小李 是谁' }).last().fill('李雷 li')
    await button(page, '确认导入').click()
    await page.getByRole('status').getByText('已导入 zoom.csv').waitFor()
    await page.getByText('没有对不上的人').waitFor()
    assert.deepEqual(await watchedBy(school), ['li', 'wu'])
    await choose(page, school, zoomCsv)
    await page.getByText('没有变化').waitFor()
    assert.equal(await button(page, '确认导入').count(), 0)
  })

test('who was left a visitor is matched later, on the page of the lesson, and the match is taken back', async () => {
  await using school = await aSchool()
  await using desk = await atBrowser(school, { userid: 'wang' })
  const { page } = desk
  await choose(page, school, teamsCsv, 'teams.csv')
  await button(page, '确认导入').click()
  await page.getByText('已导入 teams.csv').first().waitFor()
  assert.deepEqual(await watchedBy(school), ['li', '吴小明'])
  await button(page, '吴小明 · 3A · wu').click()
  await page.getByText('吴小明 已对上：吴小明 · 3A · wu。更正了 1 节课。').waitFor()
  assert.deepEqual(await watchedBy(school), ['li', 'wu'])
  await button(page, '撤销').click()
  await page.getByText('已撤销：吴小明 又是访客了').waitFor()
  assert.deepEqual(await watchedBy(school), ['li', '吴小明'])
  await page.getByLabel('吴小明 是谁').last().fill('不存在')
  await button(page, '就是此人').click()
  await page.getByRole('alert').getByText('没有找到“不存在”').waitFor()
  await button(page, '不是本校的人').click()
  await page.getByText('吴小明 不是本校的人').waitFor()
  await page.getByText('没有对不上的人').waitFor()
})

test('the columns of an unknown file are mapped once, by selects', async () => {
  await using school = await aSchool()
  await using desk = await atBrowser(school, { userid: 'wang' })
  const { page } = desk
  await choose(page, school, ownCsv, '签到.csv')
  await page.getByRole('heading', { name: '各列是什么' }).waitFor()
  await page.getByLabel('姓名').selectOption('谁')
  await page.getByLabel('进入时间').selectOption('到')
  await page.getByLabel('离开时间').selectOption('走')
  await button(page, '查看名单').click()
  await page.getByText('外婆').first().waitFor()
  await button(page, '确认导入').click()
  await page.getByText('已导入 签到.csv').first().waitFor()
  assert.deepEqual(await watchedBy(school), ['li', '外婆'])
  await choose(page, school, ownCsv, '签到.csv')
  await page.getByText('没有变化').waitFor()
})

test('an administrator sees those of the whole school, and matches them there', async () => {
  await using school = await aSchool()
  await using desk = await atBrowser(school, head)
  const { page } = desk
  await choose(page, school, zoomCsv)
  await button(page, '确认导入').click()
  await page.getByText('已导入').first().waitFor()
  await page.goto('/roster')
  await page.getByRole('link', { name: '对不上的人' }).click()
  await page.getByLabel('小李 是谁').last().fill('he')
  await page.getByRole('listitem').filter({ hasText: '小李' }).getByRole('button', { name: '就是此人' }).click()
  await page.getByText('小李 已对上：he · 3B · he').waitFor()
  assert.deepEqual(await watchedBy(school), ['he', 'li', '吴小明 (iPad)'])
})

test('a file that cannot be read, and one with bad rows, are explained', async () => {
  await using school = await aSchool()
  await using desk = await atBrowser(school, { userid: 'wang' })
  const { page } = desk
  await choose(page, school, Buffer.from('x\n'))
  await page.getByRole('alert').getByText('这个文件读不出考勤').waitFor()
  await choose(page, school, Buffer.from('姓名,加入时间,离开时间\n李雷,2026/11/26 18:00,2026/11/26 18:10\n吴小明,gestern,\n'))
  await page.getByRole('row', { name: '3 加入时间 应是日期和时间' }).waitFor()
  await button(page, '跳过有问题的行，导入其余').click()
  await page.getByText('已导入').first().waitFor()
  assert.deepEqual(await watchedBy(school), ['li'])
})

test('a teacher matches only those seen in the lesson, and only with viewers of the lesson', async () => {
  await using school = await aSchool()
  await using desk = await atBrowser(school, { userid: 'wang' })
  const { page } = desk
  await choose(page, school, zoomCsv)
  await button(page, '确认导入').click()
  await page.getByText('已导入').first().waitFor()
  const token = (await page.locator('input[name=token]').first().getAttribute('value')) as string
  const match = (form: Record<string, string>) =>
    page.request.post(`/livings/${school.living}/match`, { form: { token, source: 'zoom', ...form } })
  assert.equal((await match({ identity: 'somebody.else@school.example', who: 'li' })).status(), 404)
  assert.equal((await match({ identity: 'guest@school.example', who: 'he' })).status(), 400)
  assert.equal((await match({ identity: 'guest@school.example', who: 'li_mum' })).status(), 200)
  assert.deepEqual(await watchedBy(school), ['li', 'li_mum/li', '吴小明 (iPad)'])
})

test('who does not hold every class of a lesson cannot import into it, nor see the identities of the school', async () => {
  await using school = await aSchool()
  const both = await school.startLiving(['3A', '3B'])
  await using desk = await atBrowser(school, { name: 'other', userid: 'other', classes: [school.classIds['3A'] as number] })
  const { page } = desk
  assert.equal((await page.goto(`/livings/${school.living}/attendance`))?.status(), 200)
  await page.goto(`/livings/${both}`)
  assert.equal(await page.getByRole('link', { name: '导入考勤文件' }).count(), 0)
  assert.equal((await page.request.get(`/livings/${both}/attendance`)).status(), 403)
  assert.equal((await page.request.get('/unmatched')).status(), 403)
  const token = (await page.locator('input[name=token]').first().getAttribute('value')) as string
  assert.equal((await page.request.post('/unmatched', { form: { token, source: 'zoom', identity: 'x', nobody: '1' } })).status(), 403)
  assert.equal(
    (await page.request.post(`/livings/${both}/match`, { form: { token, source: 'zoom', identity: 'x', nobody: '1' } })).status(),
    403,
  )
})
