import { openDb } from '../../src/store/open.ts'
import { everySecond } from '../../src/timed/timed.ts'

/** A process that does the timed work of a database, on a clock that runs ten times too fast, and prints "worked" each time. */
const db = await openDb(process.argv[2] as string)
const clock = () => Math.floor(Date.now() / 100)
everySecond(
  db,
  clock,
  async () => void process.stdout.write('worked\n'),
  (error) => process.stderr.write(`${error}\n`),
)
process.stdout.write('ready\n')
