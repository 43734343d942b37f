import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { sqlite } from '../databases.ts'
import { endAt, reserve, startAt } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { expectSoon } from './expect_soon.ts'
import { atBrowser, bigNumber, namesListed } from './teacher.ts'

/** What is copied, printed and downloaded is the list that the page shows. */
const classes = {
  '3A': { li: ['li.ma', 'li.ba'], chen: ['chen.ma'], zhao: [] },
  '3B': { sun: ['sun.ma'], zhou: ['zhou.ma'], wu: ['wu.ma'] },
}

/**
 * A living of 1000 seconds: li, zhou and li's mother watched all of it, chen and li's father 100 seconds. Of sun and wu only the mothers
 * watched, 900 seconds; wu's mother does not subscribe. Nobody else watched.
 */
async function afterLesson(): Promise<School> {
  const school = await makeSchool(sqlite, { classes, silent: ['zhou.ma', 'wu.ma'], living: ['3A', '3B'] })
  const start = school.clock.now
  school.clock.now += 1000
  for (const who of ['li', 'li.ma/li', 'zhou']) await school.watch(who, start, { leave_time: start + 1000 })
  for (const who of ['chen', 'li.ba/li']) await school.watch(who, start, { leave_time: start + 100 })
  for (const who of ['sun.ma/sun', 'wu.ma/wu']) await school.watch(who, start, { leave_time: start + 900 })
  await endAt(school, start + 1000)
  return school
}

/** The rows of a CSV file below its header, of which no cell has a comma. */
const rowsOf = (csv: string) =>
  csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(','))

/** The names of the list that a page shows, and those of its copied text, its printed page and its CSV file, by the links of the page. */
async function everywhere(page: Page, isParents: boolean) {
  const href = async (label: string) =>
    (await page.locator('#tools').getByRole('link', { name: label, exact: true }).getAttribute('href')) as string
  const bodyOf = async (label: string) => (await page.request.get(await href(label))).text()
  const onPage = await namesListed(page)
  const [lead = '', ...lines] = (await bodyOf('复制名单')).trim().split('\n')
  const copied = lines
    .filter((line) => line.includes('：'))
    .flatMap((line) => (line.split('：')[1] as string).replaceAll(/（.*?）/g, '').split('、'))
  const downloaded = rowsOf(await bodyOf('CSV')).map(([, name, , kind]) =>
    isParents ? `${name} ${/（(.*)）/.exec(kind as string)?.[1] ?? kind}` : (name as string),
  )
  const printed = await page.context().newPage()
  await printed.goto(await href('打印'))
  const onPaper = await printed.locator('.paper tbody td:first-child').allTextContents()
  const sizes = await printed.locator('.paper h2 small').allTextContents()
  await printed.close()
  return { onPage, copied, downloaded, onPaper, lead, sizes }
}

const expectedNames = {
  '': { pupils: ['chen', 'zhao', 'sun', 'wu'], parents: ['chen 妈妈', 'li 妈妈'], households: ['chen', 'zhao'] },
  '3A': { pupils: ['chen', 'zhao'], parents: ['chen 妈妈', 'li 妈妈'], households: ['chen', 'zhao'] },
  '3B': { pupils: ['sun', 'wu'], parents: [], households: [] },
}

for (const [className, namesByReading] of Object.entries(expectedNames))
  for (const [reading, names] of Object.entries(namesByReading))
    test(`with a minimum of 50 % the text, the printed page and the file have the names of the page [${reading}, ${className || 'all classes'}]`, async () => {
      await using school = await afterLesson()
      await using teacher = await atBrowser(school, { userid: 'wang' })
      const { page } = teacher
      const party = className ? `&class=${school.classIds[className]}` : ''
      await page.goto(`/livings/${school.living}?min=50&read=${reading}${party}`)
      const { onPage, copied, downloaded, onPaper, lead, sizes } = await everywhere(page, reading === 'parents')
      assert.deepEqual(onPage.toSorted(), names.toSorted())
      assert.equal(await bigNumber(page).textContent(), String(names.length))
      assert.deepEqual(copied, onPage)
      assert.deepEqual(onPaper, onPage)
      assert.deepEqual(downloaded, onPage)
      if (names.length > 0) assert.match(lead, new RegExp(` ${names.length} `))
      const total = sizes.map((size) => Number(size.split(' ')[1])).reduce((sum, size) => sum + size, 0)
      assert.equal(total, names.length)
    })

test('the text, the printed page and the file have the list, the search and the order of the page', async () => {
  await using school = await afterLesson()
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  for (const [query, names] of [
    ['show=watched', ['chen', 'li', 'zhou']],
    ['show=watched&min=50', ['li', 'zhou']],
    ['show=too_short&min=50', ['chen']],
    ['sort=name&show=watched&q=h', ['chen', 'zhou']],
    ['sort=name&min=50', ['chen', 'sun', 'wu', 'zhao']],
  ] as const) {
    await page.goto(`/livings/${school.living}?${query}`)
    const { onPage, downloaded, onPaper, lead } = await everywhere(page, false)
    assert.deepEqual(onPage.toSorted(), names, query)
    if (query.startsWith('sort')) assert.deepEqual(onPage, names)
    assert.deepEqual(onPaper, onPage)
    assert.deepEqual(downloaded, onPage)
    const text = await (await page.request.get(`/livings/${school.living}/text?${query}`)).text()
    for (const name of ['li', 'chen', 'zhao', 'sun', 'zhou', 'wu'])
      assert.equal(new RegExp(`\\b${name}\\b`).test(text.slice(lead.length)), onPage.includes(name), `${name} in ${query}`)
    if (query.startsWith('sort')) assert.ok(text.includes(`\n${names.join('、')}\n`))
  }
})

test('the links to the text, the printed page and the files follow the slider and the filters', async () => {
  await using school = await afterLesson()
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}`)
  await page.getByRole('slider').fill('50')
  await expectSoon(async () => assert.deepEqual((await namesListed(page)).sort(), ['chen', 'sun', 'wu', 'zhao']))
  assert.deepEqual(await page.locator('#by-class .num').allTextContents(), ['1/3', '1/3'])
  await page.locator('#by-class').getByRole('link', { name: '3A' }).click()
  await expectSoon(async () => assert.deepEqual((await namesListed(page)).sort(), ['chen', 'zhao']))
  await page.locator('select[name=show]').selectOption({ label: '时长不足' })
  await expectSoon(async () => assert.deepEqual(await namesListed(page), ['chen']))
  const { onPage, copied, downloaded, onPaper } = await everywhere(page, false)
  assert.deepEqual(copied, onPage)
  assert.deepEqual(onPaper, onPage)
  assert.deepEqual(downloaded, onPage)
})

test('a list of households has each household once, with its parents', async () => {
  await using school = await afterLesson()
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  for (const [query, names] of [
    ['show=watched', ['chen', 'li', 'sun', 'wu', 'zhou']],
    ['show=watched&min=50', ['li', 'sun', 'wu', 'zhou']],
    ['show=too_short&min=50', ['chen']],
    ['show=not_subscribed', []],
  ] as const) {
    await page.goto(`/livings/${school.living}?read=households&${query}`)
    const { onPage, copied, downloaded, onPaper } = await everywhere(page, false)
    assert.deepEqual(onPage.toSorted(), names, query)
    assert.deepEqual([copied, downloaded, onPaper], [onPage, onPage, onPage], query)
  }
  const missing = 'read=households'
  const text = await (await page.request.get(`/livings/${school.living}/text?${missing}`)).text()
  assert.equal(text, '《公开课》有 1 个家庭没有人看：\n3A：zhao\n')
  const strict = await (await page.request.get(`/livings/${school.living}/text?${missing}&min=50`)).text()
  assert.equal(strict, '《公开课》有 2 个家庭没有人看：\n3A：chen（妈妈）、zhao\n最少观看 50%\n')
  const csv = await (await page.request.get(`/livings/${school.living}/register.csv?${missing}&show=watched`)).text()
  assert.match(csv, /班级,学生,学生 ID,状态,家长情况,家长 ID\r\n/)
  assert.match(csv, /3A,li,li,已看,妈妈已看、妈妈已看,li\.ma、li\.ba\r\n/)
  assert.match(csv, /3B,sun,sun,已看,妈妈已看,sun\.ma\r\n/)
})

test('the download of the whole register has every line of students and parents', async () => {
  await using school = await afterLesson()
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?min=50&show=watched&class=${school.classIds['3A']}`)
  const href = (await page.getByRole('link', { name: '完整名册' }).getAttribute('href')) as string
  const csv = await (await page.request.get(href.replace('.xlsx', '.csv'))).text()
  assert.deepEqual(
    rowsOf(csv)
      .map(([, student, , kind, parent, reason]) => [student, kind, parent, reason].join(' '))
      .sort(),
    [
      'chen 学生  时长不足',
      'chen 家长（妈妈） chen.ma 没有来',
      'li 学生  已看',
      'li 家长（妈妈） li.ba 时长不足',
      'li 家长（妈妈） li.ma 已看',
      'zhao 学生  没有来',
    ],
  )
})

test('the text and the files have every name of a long list, and the printed page says how many it leaves out', async () => {
  const userids = Array.from({ length: 3010 }, (_, number) => `s${number}`)
  await using school = await makeSchool(sqlite, {
    classes: {
      '3A': Object.fromEntries(userids.slice(0, 2000).map((userid) => [userid, []])),
      '3B': Object.fromEntries(userids.slice(2000).map((userid) => [userid, []])),
    },
    living: ['3A', '3B'],
  })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${school.living}?read=households`)
  const { copied, downloaded, onPaper, sizes } = await everywhere(page, false)
  assert.equal(await bigNumber(page).textContent(), '3010')
  assert.deepEqual(copied.toSorted(), userids.toSorted())
  assert.deepEqual(downloaded, copied)
  assert.deepEqual(onPaper, copied.slice(0, 3000))
  assert.deepEqual(sizes, ['未看 2000', '未看 1010'])
  await page.goto(`/livings/${school.living}/print?read=households`)
  await page.getByText('还有 10 条没有列出').waitFor()
  const href = await page.getByRole('link', { name: '下载完整名单' }).getAttribute('href')
  assert.equal(href, `/livings/${school.living}/register.xlsx?read=households`)
})

test('with a minimum a parent who watched less has not watched, on the page, on paper and in the file', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  const start = school.clock.now
  school.clock.now += 1000
  await school.watch('chen.ma/chen', start, { leave_time: start + 100 })
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  for (const [minimum, text] of [
    ['', '妈妈已看'],
    ['min=50', '妈妈未看'],
  ] as const) {
    for (const path of ['', '/print']) {
      await page.goto(`/livings/${school.living}${path}?q=chen&${minimum}`)
      assert.deepEqual(await page.locator('.tag').allTextContents(), [text])
    }
  }
  const csv = await (await page.request.get(`/livings/${school.living}/register.csv?read=households&min=50&q=chen`)).text()
  assert.match(csv, /3A,chen,chen,未看,妈妈未看,chen\.ma\r\n/)
})

test('the console has a text for who left before the start, and for a living that was not held', async () => {
  await using school = await makeSchool(sqlite, { classes })
  const start = school.clock.now + 1000
  const livingid = await reserve(school, ['3A'], { living_start: start })
  school.clock.now = start + 100
  await school.watch('chen', start - 500, { leave_time: start - 400 }, livingid)
  await startAt(school, start, livingid)
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  await page.goto(`/livings/${livingid}?q=chen`)
  await page.getByText('开始前已离开').waitFor()
  const cancelled = await reserve(school, ['3A'], { living_start: start + 5000 })
  await school.client.livingCancel({ livingid: cancelled })
  const files = async (query: string) => rowsOf(await (await page.request.get(`/livings/${cancelled}/register.csv${query}`)).text())
  assert.deepEqual(await files(''), [])
  assert.deepEqual(new Set((await files('?show=all')).map(([, , , , , reason]) => reason)), new Set(['未上课']))
})

test('watching at a single moment is said to be once, not 0 seconds', async () => {
  await using school = await makeSchool(sqlite, { classes, living: ['3A'] })
  await school.watch('li')
  await using teacher = await atBrowser(school, { userid: 'wang' })
  const { page } = teacher
  for (const path of ['?show=watched', '/print?show=watched']) {
    await page.goto(`/livings/${school.living}${path}`)
    await page.getByText('看了 一次，0 秒').waitFor()
  }
})
