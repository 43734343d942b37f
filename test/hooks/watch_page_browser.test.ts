import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { atSignIn } from '../console/teacher.ts'
import { sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool, type School } from '../world.ts'
import { playlist, streamServer } from './stream_server.ts'

/** The viewer's page in a browser. What is counted of a stream that really plays is tested in test/real. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const makeOne = () => makeSchool(sqlite, { classes: { '3A': { li: ['mum'] } } })

async function linkTo(school: School, play_url: string, living_start = school.clock.now) {
  const livingid = await reserve(school, ['3A'], { theme: '分数与小数', living_start })
  const asked = { livingid, viewers: [{ student_userid: 'li', parent_userid: 'mum' }], ...(play_url && { play_url }) }
  const { links } = await school.client.ours.links(asked)
  return { livingid, link: links[0]?.link ?? '' }
}

const onPhone: BrowserContextOptions = { viewport: { width: 390, height: 780 } }

test('the link is sent to the origin of the play URL: to its playlists, to segments it refuses without, and to no other host', async () => {
  await using school = await makeOne()
  await using other = await streamServer((_url, _request, response) => response.writeHead(404).end())
  await using stream = await streamServer(({ pathname, searchParams }, _request, response) => {
    if (pathname === '/live/x.m3u8') return response.end('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/live/y.m3u8?ctx=1\n')
    if (pathname === '/live/y.m3u8') return response.end(playlist(['/live/own.ts', `${other.base}/foreign.ts`]))
    return response.writeHead(searchParams.has('link') ? 404 : 403).end()
  })
  const { livingid, link } = await linkTo(school, `${stream.base}/live/x.m3u8`)
  await school.client.ours.start({ livingid })
  await using viewer = await atSignIn(school)
  await viewer.page.goto(`/watch/${link}`)
  const askedFor = (path: string) => stream.asked.filter(({ pathname }) => pathname === path).map(({ searchParams }) => searchParams)
  await until(() => askedFor('/live/own.ts').some((params) => params.get('link') === link))
  assert.deepEqual(new Set(askedFor('/live/x.m3u8').map(String)), new Set([`link=${link}`]))
  assert.deepEqual(new Set(askedFor('/live/y.m3u8').map(String)), new Set([`ctx=1&link=${link}`]))
  assert.equal(askedFor('/live/own.ts')[0]?.has('link'), false)
  assert.ok(other.asked.every(({ href }) => !href.includes(link)))
})

test('a stream that is not there yet is asked for again by its own playlist, so that SRS sees one session of the viewer', async () => {
  await using school = await makeOne()
  await using stream = await streamServer(({ pathname }, _request, response) =>
    pathname === '/x.m3u8' ? response.end('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/y.m3u8?ctx=1\n') : response.writeHead(404).end(),
  )
  const { livingid, link } = await linkTo(school, `${stream.base}/x.m3u8`)
  await school.client.ours.start({ livingid })
  await using viewer = await atSignIn(school)
  await viewer.page.goto(`/watch/${link}`)
  await viewer.page.getByText('正在等直播画面').waitFor()
  await until(() => stream.asked.filter(({ pathname }) => pathname === '/y.m3u8').length >= 6)
  assert.equal(stream.asked.filter(({ pathname }) => pathname === '/x.m3u8').length, 1)
})

test('a page that was opened before the start learns of start and end without a reload, and says that there is no recording', async () => {
  await using school = await makeOne()
  await using stream = await streamServer((_url, _request, response) => response.end(playlist(['/a.ts'])))
  const { livingid, link } = await linkTo(school, `${stream.base}/x.m3u8`, school.clock.now + 30)
  await using viewer = await atSignIn(school, onPhone)
  const { page } = viewer
  await page.clock.install()
  await page.goto(`/watch/${link}`)
  await page.evaluate('window.isSamePage = true')
  await page.locator('.left').filter({ hasText: '00:00:' }).waitFor()
  await school.client.ours.start({ livingid })
  await page.clock.runFor(20_000)
  await page.getByText('正在直播').waitFor()
  assert.equal(await page.locator('.countdown').count(), 0)
  school.clock.now += 600
  await school.client.ours.end({ livingid })
  await page.clock.runFor(75_000)
  await page.getByText('这节直播课已经结束。').waitFor()
  await page.clock.runFor(10_000)
  await page.locator('#screen').waitFor({ state: 'hidden' })
  assert.equal(await page.locator('#help').isVisible(), false)
  assert.equal(await page.evaluate('window.isSamePage'), true)
})

test('where the browser lets nothing play without a tap, the page waits for the tap and downloads nothing', async () => {
  await using school = await makeOne()
  await using stream = await streamServer((_url, _request, response) => response.end(playlist(['/a.ts'])))
  const { livingid, link } = await linkTo(school, `${stream.base}/x.m3u8`)
  await school.client.ours.start({ livingid })
  await using viewer = await atSignIn(school)
  const { page } = viewer
  await page.addInitScript('HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("", "NotAllowedError"))')
  await page.clock.install()
  await page.goto(`/watch/${link}`)
  await page.locator('#screen').waitFor()
  await page.clock.runFor(2000)
  const asked = stream.asked.length
  await page.clock.runFor(40_000)
  assert.equal(await page.locator('#stalled').isVisible(), false)
  assert.equal(stream.asked.length, asked)
})

test('after the end the page offers a recording, and starts it for nobody', async () => {
  await using school = await makeOne()
  await using stream = await streamServer(({ pathname }, _request, response) =>
    pathname === '/x.m3u8' ? response.end(playlist(['/a.ts', '/b.ts'], true)) : response.writeHead(404).end(),
  )
  const { livingid, link } = await linkTo(school, `${stream.base}/x.m3u8`)
  await school.client.ours.start({ livingid })
  school.clock.now += 600
  await school.client.ours.end({ livingid })
  await using viewer = await atSignIn(school)
  await viewer.page.goto(`/watch/${link}`)
  await viewer.page.getByText('这是录像').waitFor()
  assert.equal(await viewer.page.locator('video').isVisible(), true)
  assert.equal(await viewer.page.evaluate('document.querySelector("video").paused'), true)
})

test('a page whose link is revoked while it is open becomes the page of a dead link', async () => {
  await using school = await makeOne()
  const { livingid, link } = await linkTo(school, '', school.clock.now + 30)
  await using viewer = await atSignIn(school)
  await viewer.page.clock.install()
  await viewer.page.goto(`/watch/${link}`)
  await school.client.ours.links({ livingid, rotate: 1 })
  await viewer.page.clock.runFor(20_000)
  await viewer.page.getByText('链接已失效').waitFor()
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on the viewer’s page, which fits a phone of 320 pixels [${colorScheme}]`, async () => {
    await using school = await makeOne()
    const address = `${school.base}/nothing.m3u8`
    const [before, without, cancelled, live, ended] = [
      await linkTo(school, address, school.clock.now + 90_000),
      await linkTo(school, ''),
      await linkTo(school, address),
      await linkTo(school, address),
      await linkTo(school, address),
    ]
    await school.client.livingCancel({ livingid: cancelled.livingid })
    for (const { livingid } of [live, ended]) await school.client.ours.start({ livingid })
    school.clock.now += 60
    await school.client.ours.end({ livingid: ended.livingid })
    await using viewer = await atSignIn(school, { colorScheme, viewport: { width: 320, height: 700 } })
    for (const link of [before.link, without.link, cancelled.link, live.link, ended.link, 'dead']) {
      await viewer.page.goto(`/watch/${link}`)
      // what scripts show later is looked at too
      await viewer.page.evaluate(
        'for (const each of document.querySelectorAll("[hidden], details")) { each.hidden = false; each.open = true }',
      )
      assert.deepEqual(await complaints(viewer.page), [])
      assert.equal(await viewer.page.evaluate('document.documentElement.scrollWidth'), 320)
    }
  })

async function complaints(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate(`${axe}; axe.run(document)`)) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
}

async function until(holds: () => boolean): Promise<void> {
  for (const patience = Date.now() + 20_000; Date.now() < patience; await new Promise((resolve) => setTimeout(resolve, 100)))
    if (holds()) return
  assert.fail('it did not come true in 20 s')
}
