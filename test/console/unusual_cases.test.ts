import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../../src/store/sql.ts'
import { sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { expectSoon } from './expect_soon.ts'
import { atBrowser, bigNumber, namesListed } from './teacher.ts'

/** The console in unusual cases: several classes, another school, an ended session, a cancelled living, very long names. */
const classes = { '3A': { li: ['li.ma'], chen: ['chen.ma'] }, '3B': { sun: ['sun.ma'] }, '3C': { zhou: [] } }

test('a teacher of two classes sees the lines of both or of one of them, and none of a third class', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B', '3C'] })
  const held = ['3A', '3B'].map((name) => school.classIds[name] as number)
  await using teacher = await atBrowser(school, { name: 'lin', classes: held })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  assert.deepEqual((await namesListed(page)).sort(), ['chen', 'li', 'sun'])
  await page.locator('select[name=class]').selectOption({ label: '3B' })
  await expectSoon(async () => assert.deepEqual(await namesListed(page), ['sun']))
  assert.equal((await page.goto(`/livings/${school.living}?class=${school.classIds['3C']}`))?.status(), 403)
  await page.goto('/classes')
  assert.equal(await page.locator('.tiles li').count(), 2)
})

test('the minimum counts how many of the teacher’s own students would change to missing', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B', '3C'] })
  const start = school.clock.now
  school.clock.now += 1000
  for (const who of ['li', 'chen', 'sun', 'zhou']) await school.watch(who, start, { leave_time: start + 100 })
  await using teacher = await atBrowser(school, { name: 'lin', classes: [school.classIds['3B'] as number] })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?min=50`)
  assert.equal(await page.locator('.flips').textContent(), '以 50% 为准，1 人会从已看变成未看')
})

test('a living and a student of another school are answered with 404', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using other = await makeSchool(sqlite, { classes: { '9A': { stranger: [] } }, living: ['9A'] })
  await using head = await atBrowser(school, { name: 'head', role: 'administrator' })
  const { page } = head
  for (const path of [
    `/livings/${other.living}`,
    `/livings/${other.living}/register.csv`,
    `/livings/${other.living}/text`,
    '/pupils/stranger',
  ])
    assert.equal((await page.request.get(path)).status(), 404, path)
})

test('the keyboard focus stays on its element while names disappear from the list of a running living', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  const isOn = () => page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent')
  await page.goto(`/livings/${school.living}`)
  await page.waitForTimeout(300)
  await page.getByLabel('选择 chen').focus()
  await school.watch('li')
  await expectSoon(async () => assert.deepEqual((await namesListed(page)).sort(), ['chen', 'sun']), 6000)
  assert.equal(await isOn(), '选择 chen')
  await page.keyboard.press('Space')
  assert.ok(await page.getByLabel('选择 chen').isChecked())
  await page.getByRole('link', { name: /^家庭/ }).focus()
  await school.watch('sun')
  await expectSoon(async () => assert.deepEqual(await namesListed(page), ['chen']), 6000)
  assert.match(String(await isOn()), /^家庭/)
})

test('a page that is open when its session ends goes to the sign-in page', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.waitForTimeout(300)
  await school.db.batch([sql`delete from session where corp_no = ${school.corp_no}`])
  await school.watch('li')
  await expectSoon(async () => assert.match(page.url(), /sign-in/), 6000)
})

test('a living that has not begun or was cancelled is not shown as watched by everybody', async () => {
  await using school = await makeSchool(sqlite, { classes })
  const livingid = await reserve(school, ['3A'], { theme: '明天的课', living_start: school.clock.now + 3600 })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  const told = async () => (await page.request.get(`/livings/${livingid}/text`)).text()
  assert.equal(await told(), '明天的课：未开始\n')
  await page.goto(`/livings/${livingid}/print`)
  assert.doesNotMatch((await page.locator('.paper').textContent()) ?? '', /都看了/)
  await school.client.livingCancel({ livingid })
  assert.match(await told(), /没有上课/)
})

test('a very long theme or name does not make a page wider than the screen, also on a phone', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B'] })
  const long = 'Donaudampfschifffahrtsgesellschaft'.repeat(3)
  await school.db.batch([sql`update living set theme = ${long} where corp_no = ${school.corp_no}`])
  await school.client.updateStudent({ student_userid: 'li', name: 'Wolfeschlegelsteinhausenbergerdo' })
  for (const width of [360, 1280]) {
    await using head = await atBrowser(
      school,
      { name: `head${width}`, role: 'administrator', userid: 'wang' },
      { viewport: { width, height: 800 } },
    )
    const { page } = head
    for (const path of [
      '/',
      `/livings/${school.living}`,
      `/livings/${school.living}/print`,
      `/classes/${school.classIds['3A']}`,
      '/pupils/li',
    ]) {
      await page.goto(path)
      assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, `${path} at ${width}`)
    }
  }
})

test('rotating a secret needs two steps, also with the keyboard', async () => {
  await using school = await makeSchool(sqlite, { classes })
  await using head = await atBrowser(school, { name: 'head', role: 'administrator' })
  const { page } = head
  await page.goto(`/apps/${school.app.agentid}`)
  const sure = page.getByRole('button', { name: '确认更换' })
  assert.equal(await sure.isVisible(), false)
  await page.getByText('更换密钥…').focus()
  await page.keyboard.press('Enter')
  await sure.click()
  assert.notEqual(await page.locator('[data-secret]').textContent(), school.app.secret)
  assert.equal(await bigNumber(page).count(), 0)
})

test('a cancelled living shows nobody missing, and a future one shows who is expected', async () => {
  await using school = await makeSchool(sqlite, { classes })
  const livingid = await reserve(school, ['3A'], { theme: '明天的课', living_start: school.clock.now + 3600 })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${livingid}`)
  assert.deepEqual([await bigNumber(page).textContent(), await page.locator('.giant-label').textContent()], ['2', '应看'])
  assert.deepEqual((await namesListed(page)).sort(), ['chen', 'li'])
  assert.doesNotMatch((await page.locator('main').innerText()).replace(/显示[\s\S]*?排序/, ''), /没有来|妈妈未看/)
  await school.client.livingCancel({ livingid })
  await page.goto(`/livings/${livingid}`)
  assert.equal(await bigNumber(page).count(), 0)
  assert.match(await page.locator('#numbers').innerText(), /没有上课，所以没有人缺席/)
  assert.doesNotMatch(await page.locator('#numbers').innerText(), /未看/)
})
