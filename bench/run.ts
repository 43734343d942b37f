import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keep, tableOf } from './figures.ts'
import { bell } from './parts/bell.ts'
import { lessonPage } from './parts/console.ts'
import { flat } from './parts/flat.ts'
import { growth } from './parts/growth.ts'
import { heartbeats } from './parts/heartbeats.ts'
import { importing } from './parts/importing.ts'
import { opening } from './parts/opening.ts'
import { pages } from './parts/pages.ts'
import { peers } from './parts/peers.ts'
import { postgraphile } from './parts/postgraphile.ts'
import { postgres } from './parts/postgres.ts'
import { presence } from './parts/presence.ts'
import { saturated } from './parts/saturated.ts'
import { startGenerator } from './processes.ts'

/** `npm run bench [-- part …]`; ROUNDS and SECONDS (a sample) can be given. */
const parts = {
  pages,
  flat,
  presence,
  heartbeats,
  opening,
  importing,
  postgres,
  saturated,
  peers,
  postgraphile,
  growth,
  bell,
  console: lessonPage,
}
export type Bench = Awaited<ReturnType<typeof makeBench>>

async function makeBench() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const generator = startGenerator()
  return {
    folder,
    url: join(folder, 'rollcall.db'),
    load: generator.run,
    rounds: Number(process.env.ROUNDS ?? 5),
    /** of the data, for trying the bench itself */
    scale: Number(process.env.SCALE ?? 1),
    sampleMs: Number(process.env.SECONDS ?? 2) * 1000,
    stop: async () => {
      await generator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const asked = process.argv.slice(2)
for (const name of asked) if (!(name in parts)) throw new Error(`no part ${name}: expected ${Object.keys(parts).join(', ')}`)
for (const [name, part] of Object.entries(parts)) {
  if (asked.length && !asked.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const bench = await makeBench()
  try {
    const figures = await part(bench)
    // at once: what comes after may break off
    keep({ [name]: figures })
    process.stdout.write(`\n${name}\n\n${tableOf(figures)}\n`)
  } finally {
    await bench.stop()
  }
}
