import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { sqlite } from '../databases.ts'
import { importInto, rosterOf } from '../roster_import/import_into.ts'
import { makeSchool } from '../world.ts'
import { atBrowser } from './teacher.ts'

/** An administrator uploads the roster, in a real browser. */
const classes = { '3A': { li: ['li.ma'], chen: [] } }
const head = { name: 'head', role: 'administrator' as const }

async function choose(page: Page, text: string | Buffer, name = '名册.csv') {
  await page.goto('/roster')
  await page.locator('input[name=roster]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

for (const javaScriptEnabled of [true, false])
  test(`an upload first shows what would change, and is written when confirmed${javaScriptEnabled ? '' : ', without scripts'}`, async () => {
    await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
    await using desk = await atBrowser(school, head, { javaScriptEnabled })
    const { page } = desk
    const before = await rosterOf(school)
    await choose(page, '学号,姓名,年级,班级,家长手机\nli,li,三年级,3B,\nsun,孙小六,三年级,3A,13900000077\n')
    await button(page, '查看变化').click()
    assert.equal(await page.locator('h1').textContent(), '名册.csv 会带来的变化')
    await page.getByRole('row', { name: 'li li 转班 三年级/3A → 三年级/3B' }).waitFor()
    await page.getByRole('row', { name: '孙小六 sun 新增 三年级/3A' }).waitFor()
    assert.deepEqual(await rosterOf(school), before)
    await button(page, '确认导入').click()
    await page.getByRole('status').getByText('已导入 名册.csv').waitFor()
    assert.deepEqual(
      (await rosterOf(school)).map((line) => line.split(' |')[0]),
      ['chen chen +: 三年级/3A', 'li li +: 三年级/3B', 'sun 孙小六 +: 三年级/3A'],
    )
    // the running living has the new student too
    assert.ok((await school.unwatched()).includes('sun'))
    await choose(page, '学号,姓名\nli,li\n')
    await button(page, '查看变化').click()
    await page.getByText('没有变化').waitFor()
    assert.equal(await button(page, '确认导入').count(), 0)
  })

test('every bad row is shown, and the administrator may import the others', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head)
  const { page } = desk
  await choose(page, '学号,姓名,班级\nsun,孙小六,三年级/3A\nwu,,三年级/3A\n')
  await button(page, '查看变化').click()
  await page.getByRole('row', { name: '3 姓名 没有姓名' }).waitFor()
  await button(page, '跳过有问题的学生，导入其余').click()
  await page.getByText('已导入').first().waitFor()
  assert.deepEqual(
    (await rosterOf(school)).map((line) => line.split(' ')[0]),
    ['chen', 'li', 'sun'],
  )
})

test('many people are removed only after the box with their number is ticked', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head, { locale: 'en-GB' })
  const { page } = desk
  await choose(page, 'student number,name,class\nchen,chen,3A\n', 'roster.csv')
  await page.getByLabel('Pupils who are not in the file leave').check()
  await button(page, 'Show the changes').click()
  await page.getByText('1 of 2 pupils and 1 of 1 parents would leave, more than 5 %').waitFor()
  await button(page, 'Import it').click()
  // the browser itself refuses to send the form without the tick
  assert.equal((await rosterOf(school)).length, 2)
  await page.getByLabel('These 2 people are to leave').check()
  await button(page, 'Import it').click()
  await page.getByRole('status').getByText('roster.csv is imported').waitFor()
  assert.deepEqual(
    (await rosterOf(school)).map((line) => line.split(' ')[0]),
    ['chen'],
  )
})

test('when the roster was changed meanwhile, the changes are shown again, and the chosen file is imported', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head)
  const { page } = desk
  await choose(page, '学号,姓名,班级\nsun,孙小六,三年级/3A\n')
  await button(page, '查看变化').click()
  await button(page, '确认导入').waitFor()
  await importInto(school, '学号,姓名,班级\nsun,孙小七,三年级/3A\n')
  await button(page, '确认导入').click()
  await page.getByRole('alert').getByText('名册刚刚被别人改过').waitFor()
  await page.getByRole('row', { name: '孙小六 sun 修改' }).waitFor()
  await button(page, '确认导入').click()
  await page.getByText('已导入').first().waitFor()
  assert.match((await rosterOf(school)).at(-1) as string, /孙小六/)
})

test('a file that is no roster or too large is refused with an explanation', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head)
  const { page } = desk
  await choose(page, 'a,b\n1,2\n')
  await button(page, '查看变化').click()
  await page.getByRole('alert').getByText('没有找到表头').waitFor()
  await choose(page, Buffer.alloc(9 * 2 ** 20))
  await button(page, '查看变化').click()
  await page.getByText('文件太大').first().waitFor()
})

test('the downloaded template can be uploaded unchanged', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head)
  const { page } = desk
  await page.goto('/roster')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载模板' }).click()])
  assert.equal(file.suggestedFilename(), '名册.xlsx')
  await page.locator('input[name=roster]').setInputFiles(await file.path())
  await button(page, '查看变化').click()
  await page.getByRole('row', { name: '张小三 20260101 新增 三年级/1班' }).waitFor()
})

test('a teacher sees no upload form, and gets 403 for its requests', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, { userid: 'wang' })
  const { page } = desk
  await page.goto('/roster')
  assert.equal(await page.locator('input[type=file]').count(), 0)
  assert.equal((await page.request.get('/roster/template.xlsx')).status(), 403)
  const token = (await page.locator('input[name=token]').first().getAttribute('value')) as string
  const roster = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('学号,姓名,班级\nsun,孙,三年级/3A\n') }
  assert.equal((await page.request.post('/roster', { multipart: { token, roster } })).status(), 403)
})

test('an upload without the right CSRF token, from another site or of a wrong form imports nothing', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using desk = await atBrowser(school, head)
  const { page } = desk
  const roster = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('学号,姓名,班级\nsun,孙,三年级/3A\n') }
  for (const multipart of [{ roster }, { token: 'guessed', roster }] as { token: string; roster: typeof roster }[])
    assert.equal((await page.request.post('/roster', { multipart })).status(), 400)
  await page.goto('/roster')
  const token = (await page.locator('input[name=token]').first().getAttribute('value')) as string
  const elsewhere = await page.request.post('/roster', { multipart: { token, roster }, headers: { 'sec-fetch-site': 'cross-site' } })
  assert.equal(elsewhere.status(), 400)
  assert.equal((await page.request.post('/roster', { multipart: { token, roster } })).status(), 200)
  assert.equal((await page.request.post('/roster', { form: { token, packed: 'nonsense' } })).status(), 400)
  const torn = { 'content-type': 'multipart/form-data' }
  assert.equal((await page.request.post('/roster', { data: Buffer.from('--torn\r\nnothing'), headers: torn })).status(), 400)
  assert.equal((await rosterOf(school)).length, 2)
})
