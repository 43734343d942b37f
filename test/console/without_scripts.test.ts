import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { atBrowser, bigNumber, namesListed } from './teacher.ts'

/** The console in a browser with JavaScript switched off. */
const classes = { '3A': { li: ['li.ma'], chen: ['chen.ma'], zhao: [] }, '3B': { sun: ['sun.ma'] } }
const plain = { javaScriptEnabled: false }

test('without scripts, numbers, filters, the minimum and the timeline work as links and forms', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A', '3B'] })
  const start = school.clock.now
  school.clock.now += 1000
  await school.watch('li', start, { leave_time: start + 100 })
  await using teacher = await atBrowser(school, { userid: 'wang' }, plain)
  const { page } = teacher
  await page.goto('/')
  await page.locator('.on-air .card').click()
  assert.equal(await bigNumber(page).textContent(), '3')
  await page.locator('select[name=class]').selectOption({ label: '3A' })
  await page.getByRole('button', { name: '应用' }).click()
  assert.deepEqual((await namesListed(page)).sort(), ['chen', 'zhao'])
  await page.goto(`/livings/${school.living}?min=50&show=too_short`)
  assert.deepEqual(await namesListed(page), ['li'])
  await page.getByRole('link', { name: '看了 1 分钟' }).click()
  assert.match((await page.locator('.timeline').textContent()) ?? '', /来源 api/)
})

test('without scripts, students who watched only the replay or joined the class afterwards are listed', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  const start = school.clock.now
  school.clock.now += 1000
  await school.watch('li', start, { leave_time: start + 100 })
  await school.client.ours.end({ livingid: school.living, at: start + 900 })
  await school.watch('zhao', start + 950, { leave_time: start + 990, replay: 1 })
  await school.client.createStudent({ student_userid: 'new', name: 'new', department: [school.classIds['3A'] as number] })
  await using teacher = await atBrowser(school, { userid: 'wang' }, plain)
  const { page } = teacher
  for (const [label, names] of [
    ['只看回放', ['zhao']],
    ['课后加入', ['new']],
  ] as const) {
    await page.goto(`/livings/${school.living}`)
    await page.locator('select[name=show]').selectOption({ label })
    await page.getByRole('button', { name: '应用' }).click()
    assert.deepEqual(await namesListed(page), names)
    assert.equal(await bigNumber(page).textContent(), '2')
  }
})

test('without scripts, a student can be excused, and the excuse undone', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' }, plain)
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.getByRole('button', { name: '记为请假 chen' }).click()
  assert.equal(await bigNumber(page).textContent(), '2')
  await page.goto(`/livings/${school.living}?show=excused`)
  await page.getByRole('button', { name: '撤销 chen' }).click()
  assert.equal(await bigNumber(page).textContent(), '3')
})

test('without scripts, all viewers of a household can be excused at once', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using teacher = await atBrowser(school, { userid: 'wang' }, plain)
  const { page } = teacher
  await page.goto(`/livings/${school.living}?read=households`)
  await page.getByRole('button', { name: '记为请假 chen' }).click()
  assert.deepEqual(await school.unwatched(), ['li', 'li.ma/li', 'zhao'])
})

test('without scripts, an administrator can create an app and an account, whose secrets are shown once', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await using head = await atBrowser(school, { name: 'head', role: 'administrator' }, plain)
  const { page } = head
  await page.goto('/apps')
  await page.getByLabel('名称').fill('看课提醒')
  await page.getByRole('button', { name: '添加应用' }).click()
  const secret = (await page.locator('[data-secret]').textContent()) as string
  const token = await fetch(`${school.base}/cgi-bin/gettoken?corpid=${school.corpid}&corpsecret=${secret}`)
  assert.equal(((await token.json()) as { errcode: number }).errcode, 0)
  await page.goto('/apps')
  assert.ok(!(await page.content()).includes(secret))
  await page.getByRole('link', { name: /看课提醒/ }).click()
  await page.getByLabel(/parent_app/).uncheck()
  await page.getByRole('button', { name: '保存' }).click()
  assert.equal(await page.getByLabel(/parent_app/).isChecked(), false)
  await page.goto('/accounts')
  await page.getByRole('textbox', { name: '账号' }).fill('新老师')
  await page.getByRole('button', { name: '添加账号' }).click()
  assert.match((await page.locator('[data-secret]').textContent()) ?? '', /^\w{4}-\w{4}-\w{4}-\w{4}$/)
  await page.getByRole('row', { name: '新老师' }).getByRole('button', { name: '停用' }).click()
  await page.getByRole('row', { name: '新老师' }).getByText('已停用').waitFor()
})

test('the page of an app lists its latest calls as curl commands without token and names', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await school.unwatched()
  await school.client.livingGetLivingInfo({ livingid: 'nowhere' }).catch(() => {})
  await using head = await atBrowser(school, { name: 'head', role: 'administrator' }, plain)
  const { page } = head
  await page.goto(`/apps/${school.app.agentid}`)
  const calls = (await page.locator('.calls').textContent()) ?? ''
  assert.match(calls, /get_unwatch_stat_v2/)
  assert.match(calls, /40058/)
  assert.match(calls, /curl -s "\$BASE\/cgi-bin\/school\/living\/get_unwatch_stat_v2\?access_token=\$TOKEN" -d '\{"livingid"/)
  assert.doesNotMatch(calls, /zhao|access_token=[^$]/)
})
