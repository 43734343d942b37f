import { progress } from '@clack/prompts'

export type Bar = { readonly total: (most: number) => void; readonly at: (done: number, says: string) => void; readonly end: () => void }

/** A bar on stderr where that is a terminal; nothing in a pipe, and nothing where stdout is a pipe into another terminal program. */
export function progressBar(says: string): Bar {
  if (process.stderr.isTTY !== true) return { total: () => {}, at: () => {}, end: () => {} }
  let most = 1
  let shown = 0
  let bar: ReturnType<typeof progress> | undefined
  const begin = () => {
    bar = progress({ max: 100, output: process.stderr, indicator: 'timer' })
    bar.start(says)
  }
  return {
    total: (count) => {
      most = Math.max(1, count)
    },
    at: (done, now) => {
      if (!bar) begin()
      const percent = Math.min(100, Math.floor((done / most) * 100))
      if (percent > shown) bar?.advance(percent - shown, now)
      else bar?.message(now)
      shown = Math.max(shown, percent)
    },
    end: () => {
      bar?.clear()
      bar = undefined
    },
  }
}
