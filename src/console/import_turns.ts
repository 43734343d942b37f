import type { Db } from '../store/db.ts'

/**
 * Imports in the console, by this process: at most one of each school, and at most two together. A file may need 64 MB, a thread and, with
 * all that is compared, some seconds of a processor. The others wait in order, each holding its uploaded file; the
 * queue holds at most one import of each school, so a school that uploads one file after another does not keep the others waiting.
 */
const atOnce = 2
const importingCorps = new WeakMap<Db, Set<number>>()
const waiting: (() => void)[] = []
let runningCount = 0

/**
 * Runs `work` when it is its turn, and returns its result. Returns `busy` at once, without running it, if the school `corp_no` of this
 * database already has an import that runs or waits. Errors of `work` are passed on.
 */
export async function inImportTurn<T, B>(db: Db, corp_no: number, work: () => Promise<T>, busy: () => B): Promise<T | B> {
  const corps = importingCorps.get(db) ?? new Set()
  importingCorps.set(db, corps)
  if (corps.has(corp_no)) return busy()
  corps.add(corp_no)
  try {
    if (runningCount >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else runningCount++
    try {
      return await work()
    } finally {
      // a turn that ends is passed on to the first who waits
      const next = waiting.shift()
      if (next) next()
      else runningCount--
    }
  } finally {
    corps.delete(corp_no)
  }
}
