import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { needs } from '../programs.ts'
import { makeSchool, type School } from '../world.ts'
import { hlsStream } from './stream.ts'
import { openWatcher, secondsSeen, type Watcher } from './watcher.ts'

/**
 * Chromium plays a real HLS stream on the viewer's page and is disturbed. What the register counts is compared with the seconds in which
 * the picture moved in sight. The table of docs/streaming.md is what this prints.
 */

type Scene = {
  readonly student: string
  readonly what: string
  /** seconds by which the count may differ */
  readonly tolerance: number
  /** drives the page, and returns everything the viewer saw */
  readonly act: (watcher: Watcher, open: () => Promise<Watcher>) => Promise<Watcher[]>
}

const seconds = (count: number) => wait(count * 1000)

const scenes: readonly Scene[] = [
  {
    student: 'plain',
    what: 'watches 60 s and leaves',
    tolerance: 3,
    act: async (watcher) => {
      await seconds(60)
      return [watcher]
    },
  },
  {
    student: 'pause',
    what: 'pauses for 20 s in the middle',
    tolerance: 3,
    act: async (watcher) => {
      await seconds(20)
      await watcher.page.evaluate('document.querySelector("video").pause()')
      await seconds(20)
      await watcher.page.evaluate('document.querySelector("video").play()')
      await seconds(20)
      return [watcher]
    },
  },
  {
    student: 'hidden',
    what: 'looks at another tab for 20 s, while the sound goes on',
    tolerance: 3,
    act: async (watcher) => {
      await seconds(20)
      await watcher.setVisibility('hidden')
      await seconds(20)
      await watcher.setVisibility('visible')
      await seconds(20)
      return [watcher]
    },
  },
  {
    student: 'offline',
    what: 'has no network for 40 s: the picture goes on from the buffer, then stops, then comes back',
    tolerance: 4,
    act: async (watcher) => {
      await seconds(20)
      await watcher.context.setOffline(true)
      await seconds(40)
      await watcher.context.setOffline(false)
      await seconds(20)
      return [watcher]
    },
  },
  {
    student: 'unreachable',
    what: 'Rollcall cannot be reached for 40 s, the stream can',
    tolerance: 3,
    act: async (watcher) => {
      await seconds(15)
      await watcher.context.route('**/v1/heartbeat', (route) => route.abort())
      await seconds(40)
      await watcher.context.unroute('**/v1/heartbeat')
      await seconds(25)
      return [watcher]
    },
  },
  {
    student: 'jump',
    what: 'jumps back by 8 s, and to the live edge again',
    tolerance: 3,
    act: async (watcher) => {
      await seconds(25)
      await watcher.page.evaluate('document.querySelector("video").currentTime -= 8')
      await seconds(15)
      await watcher.page.evaluate('document.querySelector("video").currentTime += 7')
      await seconds(20)
      return [watcher]
    },
  },
  {
    student: 'tabs',
    what: 'two tabs: one for 40 s, another from the 20th second on for 40 s',
    tolerance: 3,
    act: async (watcher, open) => {
      await seconds(20)
      const other = await open()
      await seconds(20)
      await watcher.leave()
      await seconds(20)
      return [watcher, other]
    },
  },
  {
    student: 'killed',
    what: 'the tab is killed after 37 s',
    tolerance: 18,
    act: async (watcher) => {
      await seconds(37)
      await watcher.spans()
      await watcher.page.goto('chrome://crash').catch(() => undefined)
      return [watcher]
    },
  },
  {
    student: 'killed_and_back',
    what: 'the tab is killed after 37 s, and the page opened again 65 s later for 20 s',
    tolerance: 8,
    act: async (watcher, open) => {
      await seconds(37)
      await watcher.spans()
      await watcher.page.goto('chrome://crash').catch(() => undefined)
      await seconds(65)
      const other = await open()
      await seconds(20)
      return [watcher, other]
    },
  },
]

/** A living of these students, on the real clock. */
async function living(students: readonly string[]) {
  const school = await makeSchool(sqlite, { classes: { '3A': Object.fromEntries(students.map((student) => [student, []])) } })
  Object.defineProperty(school.clock, 'now', { get: () => Math.floor(Date.now() / 1000) })
  const livingid = await reserve(school, ['3A'])
  return { school, livingid }
}

async function addressesOf(school: School, livingid: string, play_url: string) {
  const { links } = await school.client.ours.links({ livingid, play_url })
  return (student: string) => `${school.base}/watch/${links.find((each) => each.student_userid === student)?.link}`
}

async function counted(school: School, livingid: string, student: string): Promise<number> {
  const { lines } = await school.client.ours.report({ livingid })
  return lines.find((line) => line.student_userid === student)?.watch_time ?? 0
}

async function play(browser: Browser, address: string, scene: Scene): Promise<Watcher[]> {
  const watcher = await openWatcher(browser, address)
  const watchers = await scene.act(watcher, () => openWatcher(browser, address, watcher.context))
  for (const each of watchers) if (!each.page.isClosed()) await each.leave().catch(() => undefined)
  return watchers
}

const compare = (t: TestContext, what: string, truth: number, count: number, tolerance: number) => {
  t.diagnostic(`| ${what} | ${truth.toFixed(1)} | ${count} |`)
  return Math.abs(truth - count) <= tolerance ? [] : [`${what}: truth ${truth.toFixed(1)}, counted ${count}`]
}

test('what the page counts is what was seen, whatever disturbs it', needs('/usr/bin/ffmpeg', '/usr/bin/chromium'), async (t) => {
  const { school, livingid } = await living(scenes.map(({ student }) => student))
  await using _ = school
  await using stream = await hlsStream()
  const addressOf = await addressesOf(school, livingid, stream.url)
  await school.client.ours.start({ livingid })
  const browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
  try {
    const wrong = await Promise.all(
      scenes.map(async (scene) => {
        const watchers = await play(browser, addressOf(scene.student), scene)
        const spans = (await Promise.all(watchers.map((watcher) => watcher.spans()))).flat()
        await seconds(2)
        return compare(t, scene.what, secondsSeen(spans), await counted(school, livingid, scene.student), scene.tolerance)
      }),
    )
    assert.deepEqual(wrong.flat(), [])
  } finally {
    await browser.close()
  }
})
