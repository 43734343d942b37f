import type { Browser, BrowserContext, Page } from 'playwright-core'

/** From when to when a viewer really saw the picture move, in milliseconds. */
type Span = readonly [fromMs: number, toMs: number]

/**
 * Runs in the page, beside Rollcall's scripts: notes four times a second whether the picture has moved while the page could be seen. A
 * position that was moved by hand is no movement.
 */
function observe(): void {
  const spans: [number, number][] = []
  let last = { atMs: Date.now(), clock: -1 }
  Object.assign(globalThis, { seenSpans: spans })
  setInterval(() => {
    const player = (globalThis as unknown as { document: Document }).document.querySelector('video')
    const here = { atMs: Date.now(), clock: player?.currentTime ?? -1 }
    const moved = here.clock - last.clock
    const passed = (here.atMs - last.atMs) / 1000
    const isSeen = (globalThis as unknown as { document: Document }).document.visibilityState === 'visible'
    if (isSeen && last.clock >= 0 && moved > passed / 3 && moved < passed * 2 + 0.5) spans.push([last.atMs, here.atMs])
    last = here
  }, 250)
}
type Document = { visibilityState: string; querySelector: (selector: string) => { currentTime: number } | null }

export type Watcher = Awaited<ReturnType<typeof openWatcher>>

/** Opens the viewer's page in a browser profile of its own, or in that of another watcher. `spans` are when the picture moved. */
export async function openWatcher(browser: Browser, address: string, inContext?: BrowserContext) {
  const context = inContext ?? (await browser.newContext({ viewport: { width: 390, height: 780 }, locale: 'zh-CN' }))
  const page = await context.newPage()
  await page.addInitScript(observe)
  await page.goto(address)
  let known: Span[] = []
  let hasLeft = false
  const read = async () => {
    if (!hasLeft)
      known = await page.evaluate('seenSpans').then(
        (spans) => spans as Span[],
        () => known,
      )
    return known
  }
  const leave = async () => {
    await read()
    hasLeft = true
    await page.goto('about:blank')
  }
  return { context, page, spans: read, leave, setVisibility: (state: Visibility) => setVisibility(page, state) }
}

type Visibility = 'hidden' | 'visible'

/** Headless Chromium shows every tab, so the page is told that it is hidden, as it would be behind another tab. The video goes on. */
async function setVisibility(page: Page, state: Visibility): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' })
    document.dispatchEvent(new Event('visibilitychange'))`)
}

/** The seconds of the union of spans. */
export function secondsSeen(spans: readonly Span[]): number {
  let seconds = 0
  let until = 0
  for (const [fromMs, toMs] of spans.toSorted(([a], [b]) => a - b)) {
    seconds += Math.max(0, toMs - Math.max(fromMs, until)) / 1000
    until = Math.max(until, toMs)
  }
  return seconds
}
