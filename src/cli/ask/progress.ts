import { progress } from '@clack/prompts'
import { printable } from './printable.ts'

export type ProgressBar = {
  readonly setTotal: (total: number) => void
  readonly update: (done: number, label: string) => void
  /** Removes the bar. May be called more than once. */
  readonly end: () => void
}

/** Returns a progress bar on stderr. Where stderr is not a terminal, it shows nothing. */
export function progressBar(label: string): ProgressBar {
  if (process.stderr.isTTY !== true) return { setTotal: () => {}, update: () => {}, end: () => {} }
  const bar = progress({ max: 100, output: process.stderr, indicator: 'timer', withGuide: false })
  bar.start(printable(label))
  let total = 1
  let shownPercent = 0
  let hasEnded = false
  return {
    setTotal: (count) => {
      total = Math.max(1, count)
    },
    update: (done, newLabel) => {
      const text = printable(newLabel)
      const percent = Math.min(100, Math.floor((done / total) * 100))
      if (percent > shownPercent) bar.advance(percent - shownPercent, text)
      else bar.message(text)
      shownPercent = Math.max(shownPercent, percent)
    },
    end: () => {
      if (!hasEnded) bar.clear()
      hasEnded = true
    },
  }
}
