import { NoAnswerError } from '../../client/client.ts'
import { clientFor } from './client_for.ts'
import type { AskFlags } from './flags.ts'
import { formatOf } from './format.ts'
import { fromLists } from './from_lists.ts'
import { fromReport } from './from_report.ts'
import { interruptible } from './interruptible.ts'
import { isMissing, type OnProgress, type Register } from './living.ts'
import { printLine } from './printable.ts'
import { progressBar } from './progress.ts'
import type { AnyTable } from './table.ts'
import { type Lang, langOf } from './words.ts'
import { writeTable } from './write_table.ts'

/** The flags of the commands that read a living's register. */
export type RegisterFlags = AskFlags & { names?: boolean; minPercent?: number; exitCode?: boolean }

export type WrittenRegister = {
  readonly register: Register
  /** number of entries of the table that was written */
  readonly entryCount: number
  /** number of missing viewers among the lines that were read */
  readonly missing: { student: number; parent: number }
  readonly lang: Lang
}

/**
 * Reads the register of a living from the server that the flags name, and writes the table that `tableOf` makes of it.
 * Notes about the numbers go to stderr.
 */
export async function writeRegister(
  livingid: string,
  flags: RegisterFlags,
  tableOf: (register: Register, lang: Lang) => AnyTable,
): Promise<WrittenRegister> {
  const lang = langOf(flags.lang, process.env)
  formatOf(flags)
  const missing = { student: 0, parent: 0 }
  return interruptible(async (signal) => {
    const bar = progressBar(livingid)
    try {
      const onProgress: OnProgress = (done, total, label) => {
        if (total !== undefined) bar.setTotal(total)
        bar.update(total === undefined ? 0 : done, `${label} · ${done.toLocaleString('en')}`)
      }
      const register = countMissing(await readRegister(livingid, flags, signal, onProgress), missing)
      const table = tableOf(register, lang)
      async function* entriesThenEndBar() {
        yield* table.entries
        bar.end() // before the table is printed, so that the bar is not in the middle of it
      }
      const entryCount = await writeTable({ ...table, entries: entriesThenEndBar() }, flags, { living: register.living, lang })
      for (const note of register.notes) printLine(`note: ${note}`)
      return { register, entryCount, missing, lang }
    } finally {
      bar.end()
    }
  })
}

/** Returns the same register, but reading its lines also counts the missing viewers into `missing`. */
const countMissing = (register: Register, missing: { student: number; parent: number }): Register => ({
  ...register,
  async *lines(which) {
    for await (const line of register.lines(which)) {
      if (isMissing(line)) missing[line.kind === 'parent' ? 'parent' : 'student']++
      yield line
    }
  },
})

/**
 * Reads Rollcall's own report if the server has one, otherwise WeCom's two lists. The official host has no report and is not asked for it;
 * any other compatible host answers 404.
 */
async function readRegister(livingid: string, flags: RegisterFlags, signal: AbortSignal, onProgress: OnProgress): Promise<Register> {
  const { client, isOfficial } = await clientFor(flags, signal)
  const options = { livingid, withNames: flags.names === true, minPercent: flags.minPercent, signal, onProgress }
  if (isOfficial) return fromLists(client, options)
  try {
    return await fromReport(client, options)
  } catch (error) {
    if (error instanceof NoAnswerError && error.status === 404) return fromLists(client, options)
    throw error
  }
}
