import { makeBench } from './bench.ts'
import { saveFigures, tableOf } from './figures.ts'
import { bell } from './parts/bell.ts'
import { consolePage } from './parts/console.ts'
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

/** Runs all parts of the bench, or those named as arguments: `npm run bench -- pages growth`. Environment: see README.md. */
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
  console: consolePage,
}
const asked = process.argv.slice(2)
for (const name of asked) if (!(name in parts)) throw new Error(`no part ${name}: expected ${Object.keys(parts).join(', ')}`)
for (const [name, part] of Object.entries(parts)) {
  if (asked.length && !asked.includes(name)) continue
  process.stderr.write(`${name} …\n`)
  const bench = await makeBench()
  try {
    const figures = await part(bench)
    // written after each part, because a later part may fail
    saveFigures({ [name]: figures })
    process.stdout.write(`\n${name}\n\n${tableOf(figures)}\n`)
  } finally {
    await bench.stop()
  }
}
