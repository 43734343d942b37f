import { progress } from '@clack/prompts'

export type Bar = { readonly total: (most: number) => void; readonly at: (done: number, says: string) => void; readonly end: () => void }

/** A bar on stderr where that is a terminal, and nothing in a pipe. It goes without a trace. */
export function progressBar(says: string): Bar {
  if (process.stderr.isTTY !== true) return { total: () => {}, at: () => {}, end: () => {} }
  const bar = progress({ max: 100, output: process.stderr, indicator: 'timer', withGuide: false })
  bar.start(says)
  let most = 1
  let shown = 0
  let ended = false
  return {
    total: (count) => {
      most = Math.max(1, count)
    },
    at: (done, now) => {
      const percent = Math.min(100, Math.floor((done / most) * 100))
      if (percent > shown) bar.advance(percent - shown, now)
      else bar.message(now)
      shown = Math.max(shown, percent)
    },
    end: () => {
      if (!ended) bar.clear()
      ended = true
    },
  }
}
