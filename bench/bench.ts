import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGenerator } from './processes.ts'

/** What a part of the bench is given. */
export type Bench = Awaited<ReturnType<typeof makeBench>>

/** Makes a temporary folder and starts a load generator. `stop` ends the generator and deletes the folder. */
export async function makeBench() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const generator = startGenerator()
  return {
    folder,
    /** a SQLite database in the folder, which does not exist yet */
    url: join(folder, 'rollcall.db'),
    load: generator.run,
    rounds: Number(process.env.ROUNDS ?? 5),
    /** share of the data, to try the bench itself with less */
    scale: Number(process.env.SCALE ?? 1),
    sampleMs: Number(process.env.SECONDS ?? 2) * 1000,
    stop: async () => {
      await generator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
