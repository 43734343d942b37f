import { NoAnswerError } from '../../client/client.ts'
import { type AskFlags, clientFor } from './asking.ts'
import { fromLists } from './from_lists.ts'
import { fromReport } from './from_report.ts'
import { isMissing, type Register } from './lesson.ts'
import { progressBar } from './progress.ts'
import type { AnyTable } from './tables.ts'
import { type Lang, langOf } from './words.ts'
import { formatOf, write } from './write.ts'

export type LessonFlags = AskFlags & { names?: boolean; minPercent?: number; exitCode?: boolean }
/** What was written, and how many of the lines read were of missing viewers. */
export type Asked = {
  readonly register: Register
  readonly count: number
  readonly missing: { student: number; parent: number }
  readonly lang: Lang
}

/** Reads a lesson's register from whichever server it is, and writes a table of it. */
export async function askLesson(
  livingid: string,
  flags: LessonFlags,
  tableOf: (register: Register, lang: Lang) => AnyTable,
): Promise<Asked> {
  const lang = langOf(flags.lang, process.env)
  formatOf(flags) // a wrong one is told before anything is asked
  const missing = { student: 0, parent: 0 }
  return interruptible(async (signal) => {
    const bar = progressBar(livingid)
    try {
      const register = tallied(
        await registerOf(livingid, flags, signal, (done, total, says) => {
          if (total !== undefined) bar.total(total)
          bar.at(total === undefined ? 0 : done, `${says} · ${done.toLocaleString('en')}`)
        }),
        missing,
      )
      const table = tableOf(register, lang)
      async function* untilRead() {
        yield* table.entries
        bar.end() // a table is printed when all is read, and not into the bar
      }
      const count = await write({ ...table, entries: untilRead() }, flags, { lesson: register.lesson, lang })
      for (const note of register.notes) process.stderr.write(`note: ${note}\n`)
      return { register, count, missing, lang }
    } finally {
      bar.end()
    }
  })
}

/** Ctrl-C ends the calls, and what was begun is put away. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const interrupt = () => stop.abort(new Error('interrupted'))
  process.once('SIGINT', interrupt)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** The same register, which counts the missing as they are read. */
const tallied = (register: Register, missing: { student: number; parent: number }): Register => ({
  ...register,
  async *lines(which) {
    for await (const line of register.lines(which)) {
      if (isMissing(line)) missing[line.kind === 'parent' ? 'parent' : 'student']++
      yield line
    }
  },
})

/** Rollcall's report where there is one. The official host has none and is never asked for it; others say so with a 404. */
async function registerOf(
  livingid: string,
  flags: LessonFlags,
  signal: AbortSignal,
  told: Parameters<typeof fromReport>[1]['told'],
): Promise<Register> {
  const { client, isOfficial } = await clientFor(flags, signal)
  const ask = { livingid, names: flags.names === true, min_percent: flags.minPercent, signal, told }
  if (isOfficial) return fromLists(client, ask)
  try {
    return await fromReport(client, ask)
  } catch (error) {
    if (error instanceof NoAnswerError && error.status === 404) return fromLists(client, ask)
    throw error
  }
}
