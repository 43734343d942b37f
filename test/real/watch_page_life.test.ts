import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { launchBrowser } from '../browser.ts'
import { sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { needs } from '../programs.ts'
import { makeSchool } from '../world.ts'
import { hlsStream } from './stream.ts'
import { openWatcher, secondsSeen } from './watcher.ts'

/** The viewer's page through the life of a living: before the start, a stream that dies, the end, and the recording. */

const seconds = (count: number) => wait(count * 1000)
const programs = needs('/usr/bin/ffmpeg', '/usr/bin/chromium')

/** A school on the real clock with a student li, and a living that begins in `startsIn` seconds. */
async function livingOnRealClock(startsIn: number) {
  const school = await makeSchool(sqlite, { classes: { '3A': { li: [] } } })
  Object.defineProperty(school.clock, 'now', { get: () => Math.floor(Date.now() / 1000) })
  const livingid = await reserve(school, ['3A'], { living_start: school.clock.now + startsIn })
  const addressFor = async (play_url: string) => {
    const { links } = await school.client.ours.links({ livingid, play_url })
    return `${school.base}/watch/${links[0]?.link}`
  }
  const lineOfLi = async () => {
    const { lines, timeline } = await school.client.ours.report({ livingid, student_userid: 'li', timeline: 1 })
    return { watch_time: lines[0]?.watch_time ?? 0, timeline }
  }
  return { school, livingid, addressFor, lineOfLi }
}

suite('the viewer’s page through the life of a living', { concurrency: true, ...programs }, () => {
  test('a stream that dies counts no longer, and the page left open learns that the lesson is over', async (t) => {
    const { school, livingid, addressFor, lineOfLi } = await livingOnRealClock(0)
    await using _ = school
    await using stream = await hlsStream()
    await school.client.ours.start({ livingid })
    await using browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    const watcher = await openWatcher(browser, await addressFor(stream.url))
    await seconds(20)
    stream.kill()
    await seconds(30)
    const truth = secondsSeen(await watcher.spans())
    const { watch_time } = await lineOfLi()
    t.diagnostic(`| the stream dies after 20 s, and the page stays open for 30 s | ${truth.toFixed(1)} | ${watch_time} |`)
    assert.ok(Math.abs(truth - watch_time) <= 4, `truth ${truth}, counted ${watch_time}`)
    await watcher.page.getByText('画面停住了').waitFor()

    await school.client.ours.end({ livingid })
    await watcher.page.getByText('这节直播课已经结束。').waitFor({ timeout: 20_000 })
    await watcher.page.locator('#screen').waitFor({ state: 'hidden' })
    assert.equal((await lineOfLi()).watch_time, watch_time)
  })

  test('the page plays before anybody has started the living, which its viewers start, and goes on playing', async () => {
    const { school, livingid, addressFor } = await livingOnRealClock(15)
    await using _ = school
    await using stream = await hlsStream()
    await using browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    const { page } = await openWatcher(browser, await addressFor(stream.url))
    await page.evaluate(
      'window.isSamePage = true; document.querySelector("video").addEventListener("emptied", () => { window.isSamePage = false })',
    )
    await page.getByText('距离开始还有').waitFor()
    await page.getByText('正在计入观看时间').waitFor({ timeout: 15_000 })
    await page.getByText('正在直播').waitFor({ timeout: 40_000 })
    assert.equal(await page.evaluate('window.isSamePage'), true)
    assert.equal((await school.client.livingGetLivingInfo({ livingid })).living_info.status, 1)
  })

  test('a jump in the recording counts what was seen before and after it, and not what lies between', async (t) => {
    const { school, livingid, addressFor, lineOfLi } = await livingOnRealClock(0)
    await using _ = school
    await using recording = await hlsStream({ seconds: 120 })
    await school.client.ours.start({ livingid })
    await seconds(2)
    await school.client.ours.end({ livingid })
    await using browser = await launchBrowser()
    const watcher = await openWatcher(browser, await addressFor(recording.url))
    await watcher.page.getByText('这是录像').waitFor()
    await watcher.page.evaluate('document.querySelector("video").play()')
    await seconds(9)
    await watcher.page.evaluate('document.querySelector("video").currentTime += 60')
    await seconds(9)
    await watcher.leave()
    await seconds(1)
    const truth = secondsSeen(await watcher.spans())
    const { watch_time, timeline } = await lineOfLi()
    const counted = timeline.reduce((sum, { enter_time, leave_time }) => sum + leave_time - enter_time, 0)
    t.diagnostic(`| the recording: 9 s, a jump by 60 s, 9 s | ${truth.toFixed(1)} | ${counted} |`)
    assert.ok(Math.abs(truth - counted) <= 3, `truth ${truth}, counted ${counted}`)
    assert.ok(timeline.every(({ replay }) => replay === 1))
    const positions = timeline.map(({ media_from = 0, media_to = 0 }) => media_to - media_from)
    assert.ok(positions.length >= 2 && positions.every((length) => length <= 12), JSON.stringify(timeline))
    assert.equal(watch_time, 0)
  })

  test('what is left of a stream after the end is played to its end, and then the recording is offered', async () => {
    const { school, livingid, addressFor, lineOfLi } = await livingOnRealClock(0)
    await using _ = school
    await using stream = await hlsStream()
    await school.client.ours.start({ livingid })
    await using browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    const { page } = await openWatcher(browser, await addressFor(stream.url))
    await page.getByText('正在计入观看时间').waitFor({ timeout: 15_000 })
    await seconds(5)
    stream.finish()
    await school.client.ours.end({ livingid })
    await page.getByText('这是录像').waitFor({ timeout: 60_000 })
    assert.equal(await page.evaluate('document.querySelector("video").paused'), true)
    const { timeline } = await lineOfLi()
    assert.ok(
      timeline.every(({ replay }) => replay === 0),
      'nobody has started the recording',
    )
  })

  test('the page plays while the script that counts is blocked, and says so; a pause stops the download', async () => {
    const { school, livingid, addressFor } = await livingOnRealClock(0)
    await using _ = school
    await using stream = await hlsStream()
    await school.client.ours.start({ livingid })
    await using browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    const context = await browser.newContext()
    await context.route('**/heartbeat.js', (route) => route.abort())
    const { page, spans } = await openWatcher(browser, await addressFor(stream.url), context)
    await page.getByText('浏览器拦住了计时的程序').or(page.getByText('has blocked the script')).waitFor({ timeout: 50_000 })
    assert.ok(secondsSeen(await spans()) > 25)

    await page.evaluate('document.querySelector("video").pause()')
    await seconds(2)
    const asked = stream.asked.length
    await seconds(6)
    assert.equal(stream.asked.length, asked)
    await page.evaluate('document.querySelector("video").play()')
    await seconds(6)
    const { length } = await spans()
    assert.ok(stream.asked.length > asked)
    await seconds(2)
    assert.ok((await spans()).length > length, 'it plays on')
  })
})
