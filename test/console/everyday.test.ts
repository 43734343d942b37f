import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { sqlite } from '../databases.ts'
import { endAt } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { expectSoon } from './expect_soon.ts'
import { atBrowser, atSignIn, bigNumber, makeAccount, namesListed, password } from './teacher.ts'

/** What a teacher does in the console every day, in a real browser. */
const classes = { '3A': { li: ['li.ma', 'li.ba'], chen: ['chen.ma'], zhao: [] }, '3B': { sun: ['sun.ma'] } }

test('a teacher signs in and sees the running living first, with how many have not watched', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  const { name } = await makeAccount(school, { userid: 'wang' })
  await using door = await atSignIn(school)
  const { page } = door
  await page.goto('/')
  await page.getByLabel('账号').fill(`${name}@${school.corpid}`)
  await page.getByLabel('密码').fill('a guess')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('alert').getByText('账号或密码不对').waitFor()
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  const card = page.locator('.on-air .card')
  assert.equal(await card.locator('.huge').textContent(), '3')
  await card.click()
  assert.equal(await bigNumber(page).textContent(), '3')
  assert.deepEqual((await namesListed(page)).sort(), ['chen', 'li', 'zhao'])
  await page.getByRole('button', { name: '退出' }).click()
  await page.goto(`/livings/${school.living}`)
  assert.match(page.url(), /sign-in/)
})

test('numbers and names on an open page are updated while presence comes in', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.waitForTimeout(300)
  await school.watch('li')
  await expectSoon(async () => assert.equal(await bigNumber(page).textContent(), '2'))
  await expectSoon(async () => assert.deepEqual((await namesListed(page)).sort(), ['chen', 'zhao']))
  await school.watch('li.ma/li')
  await page.getByRole('link', { name: /家长/ }).first().click()
  assert.equal(await bigNumber(page).textContent(), '2')
})

test('an open page polls when server-sent events do not arrive', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.route('**/events', (route) => route.fulfill({ status: 204 }))
  await page.goto(`/livings/${school.living}`)
  await school.watch('li')
  await expectSoon(async () => assert.equal(await bigNumber(page).textContent(), '2'))
})

test('an open page shows that the living has ended', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.waitForTimeout(300)
  school.clock.now += 600
  await endAt(school, school.clock.now)
  await expectSoon(async () => assert.equal(await page.locator('.lesson-head .badge').textContent(), '已结束'))
})

test('an open page shows the end of a living that ended before its event stream began', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  const ended = Promise.withResolvers<void>()
  await page.route('**/events', (route) => ended.promise.then(() => route.continue()))
  await page.goto(`/livings/${school.living}`)
  school.clock.now += 600
  await endAt(school, school.clock.now)
  ended.resolve()
  await expectSoon(async () => assert.equal(await page.locator('.lesson-head .badge').textContent(), '已结束'))
})

test('the page of a living counts missing students, missing parents, or households in which nobody watched', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await school.watch('chen.ma/chen')
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  assert.equal(await bigNumber(page).textContent(), '3')
  await page.getByRole('link', { name: /^家长/ }).click()
  assert.equal(await bigNumber(page).textContent(), '2')
  await page.getByRole('link', { name: /^家庭/ }).click()
  assert.equal(await bigNumber(page).textContent(), '2')
  assert.deepEqual((await namesListed(page)).sort(), ['li', 'zhao'])
})

test('an excused student is not counted as missing, until the excuse is undone', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.getByLabel('选择 zhao').check()
  await page.getByLabel('事由').fill('发烧')
  await page.getByRole('button', { name: '所选记为请假' }).click()
  await page.getByText('已记为请假：1 人').waitFor()
  assert.equal(await bigNumber(page).textContent(), '2')
  assert.ok(!(await school.unwatched()).includes('zhao'))
  await page.getByLabel('显示').selectOption({ label: '请假' })
  await page.getByText('发烧').waitFor()
  await page.getByRole('button', { name: '撤销 zhao' }).click()
  await page.getByText('已撤销请假：1 人').waitFor()
  assert.equal(await bigNumber(page).textContent(), '3')
  assert.ok((await school.unwatched()).includes('zhao'))
})

test('the slider shows who watched too little, and stores nothing', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  const start = school.clock.now
  school.clock.now += 1000
  await school.watch('li', start, { leave_time: start + 900 })
  await school.watch('chen', start, { leave_time: start + 100 })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?show=too_short`)
  await page.getByRole('slider').fill('50')
  await page.getByText('1 人会从已看变成未看').waitFor()
  assert.deepEqual(await namesListed(page), ['chen'])
  assert.equal(await bigNumber(page).textContent(), '2')
  assert.ok(!(await school.unwatched()).includes('chen'))
})

test('a click opens the timeline of a viewer', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  const start = school.clock.now
  school.clock.now += 1000
  await school.watch('li', start + 60, { leave_time: start + 360 })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?show=watched`)
  await page.locator('[data-expand]').click()
  await page.locator('.timeline').getByText('5 分钟').first().waitFor()
})

test('search, class and sort narrow the list', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B'] })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.getByLabel('查找').fill('UN')
  await expectSoon(async () => assert.deepEqual(await namesListed(page), ['sun']))
  await page.getByLabel('查找').fill('')
  await page.getByLabel('排序').selectOption({ label: '按姓名' })
  await expectSoon(async () => assert.deepEqual(await namesListed(page), ['chen', 'li', 'sun', 'zhao']))
})

test('the register can be downloaded as CSV and XLSX, and the missing names copied as text', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await school.watch('li')
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  const fetched = async (name: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const csv = await fetched('CSV')
  assert.match(csv.name, /^公开课 .*\.csv$/)
  assert.match(csv.bytes.toString(), /3A,chen,chen,学生,,没有来/)
  const xlsx = await fetched('XLSX')
  assert.equal(xlsx.bytes.subarray(0, 2).toString(), 'PK')
  const text = await (await page.request.get(`/livings/${school.living}/text`)).text()
  assert.equal(text, '《公开课》还有 2 名学生没看：\n3A：chen、zhao\n')
})

test('a teacher gets 403 for classes and livings of other teachers', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { name: 'sunlaoshi', userid: 'sunlaoshi', classes: [school.classIds['3B'] as number] })
  const { page } = teacher
  assert.equal(await page.locator('.on-air').count(), 0)
  for (const path of [`/livings/${school.living}`, `/classes/${school.classIds['3A']}`, '/pupils/li', '/apps', '/accounts'])
    assert.equal((await page.goto(path))?.status(), 403, path)
  assert.equal((await page.goto('/livings/nowhere'))?.status(), 404)
  assert.equal((await page.goto(`/classes/${school.classIds['3B']}`))?.status(), 200)
})

test('in a living for several classes a teacher sees only the lines of their own classes', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B'] })
  await using teacher = await atBrowser(school, { name: 'sunlaoshi', classes: [school.classIds['3B'] as number] })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  assert.equal(await bigNumber(page).textContent(), '1')
  assert.deepEqual(await namesListed(page), ['sun'])
  const csv = await (await page.request.get(`/livings/${school.living}/register.csv`)).text()
  assert.ok(!csv.includes('chen'))
})

test('the page of a class shows who missed which living of the term', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await school.watch('li')
  await school.watch('chen.ma/chen')
  await using teacher = await atBrowser(school, { classes: [school.classIds['3A'] as number] })
  const { page } = teacher
  await page.goto(`/classes/${school.classIds['3A']}`)
  const square = (name: string) => page.getByRole('row', { name }).locator('.heat').getAttribute('class')
  assert.deepEqual([await square('li'), await square('chen'), await square('zhao')], ['heat watched', 'heat family', 'heat missing'])
  await page.getByRole('link', { name: 'chen' }).click()
  assert.equal(await page.locator('h1').innerText(), 'chenchen')
})

test('the console uses the browser’s language, which the teacher can switch', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' }, { locale: 'en-GB' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?read=households`)
  assert.equal(await page.locator('.giant-label').textContent(), 'households in which nobody watched')
  await page.getByRole('button', { name: '中文' }).click()
  assert.equal(await page.locator('.giant-label').textContent(), '个家庭没有人看')
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN')
})
