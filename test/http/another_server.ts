import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { callLogger } from '../../src/http/log.ts'
import { makeServer } from '../../src/http/server.ts'
import { serving } from '../../src/serving.ts'
import { openDb } from '../../src/store/open.ts'
import type { School } from '../world.ts'

/** Starts a second server on a school's database, with its own connection and caches. `logged` returns its log. */
export async function anotherServer(
  school: School,
  { demo = false, pageSize = 1000, clock = () => school.clock.now, secrets = school.secrets } = {},
) {
  const db = await openDb(school.url)
  const lines: string[] = []
  const log = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line))
      done()
    },
  })
  const logger = pino({ level: 'trace' }, log)
  const server = makeServer({
    ...(await serving(db, secrets, { demo, pageSize, endGrace: 1800 })),
    logger,
    logCall: callLogger(logger, log),
    clock,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    db,
    server,
    base: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    logged: () => lines.join(''),
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await db.close()
    },
  }
}
