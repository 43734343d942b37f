import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { demoLife, demoLines, makeDemoSchool } from '../demo/demo.ts'
import { makeCourier } from '../events/courier.ts'
import { dropHookData } from '../hooks/store.ts'
import { endGoneStreams } from '../hooks/take.ts'
import { logDestination } from '../http/log.ts'
import { makeServer } from '../http/server.ts'
import { settleAll } from '../living/life.ts'
import { retention } from '../living/retention.ts'
import { finishAllClassMoves } from '../roster/parties/class_moves.ts'
import { serving } from '../serving.ts'
import { openDb } from '../store/open.ts'
import { everySecond } from '../timed/timed.ts'
import { isServerProcess, runProcesses, tellReady } from './processes.ts'
import { unixNow, withSettings } from './settings.ts'

export function serveCommand(): Command {
  return withSettings(new Command('serve'), [
    'host',
    'port',
    'database',
    'databasePool',
    'databaseTimeout',
    'processes',
    'tlsCert',
    'tlsKey',
    'pageSize',
    'endGrace',
    'retentionDays',
    'timeZone',
    'logLevel',
    'callbackPrivate',
    'unpublishGrace',
    'publishStarts',
  ])
    .description('serve the API; prints "listening on URL" when ready')
    .option('--demo', 'an empty database gets the demo school; its fixed credentials are accepted')
    .addHelpText('after', '\nExample:\n  rollcall serve --port 8080 --database ./rollcall.db')
    .action(serve)
}

async function serve(flags: Partial<Record<string, unknown>>): Promise<void> {
  const config = readConfig(flags, process.env)
  const logger = pino({ level: config.logLevel, base: null }, logDestination(2))
  const db = await openDb(config.database, { pool: config.databasePool, timeout: config.databaseTimeout })
  const demo = flags.demo === true
  if (demo && !isServerProcess) await makeDemoSchool(db, unixNow())
  if (config.processes > 1 && !isServerProcess) {
    // the database is made and migrated; every server process opens its own
    await db.close()
    return announce(config, await runProcesses(config.processes), demo)
  }
  const tls = config.tlsCert ? { tls: { cert: config.tlsCert, key: config.tlsKey } } : {}
  const served = await serving(db, { demo, pageSize: config.pageSize, endGrace: config.endGrace, publishStarts: config.publishStarts })
  const server = makeServer({
    ...served,
    logger,
    clock: unixNow,
    timeZone: config.timeZone,
    ...tls,
  })
  await server.listen({ host: config.host, port: config.port })

  const live = demo ? await demoLife(db, unixNow()) : undefined
  const courier = makeCourier({
    db,
    clock: unixNow,
    allowPrivate: config.callbackPrivate,
    failed: (err) => logger.error({ err }, 'the delivery of events failed'),
  })
  const forget = retention(db, config.retentionDays, dropHookData)
  const timed = everySecond(
    db,
    unixNow,
    async (now) => {
      await settleAll(db, now, config.endGrace)
      await finishAllClassMoves(db, now)
      await forget(now)
      if (config.publishStarts) await endGoneStreams(served, now, config.unpublishGrace)
      await courier.tick()
      await live?.(now)
    },
    (err) => logger.error({ err }, 'the timed work failed'),
  )
  closeWithGrace({ delay: 8000, logger: false }, async ({ err }) => {
    if (err) logger.fatal({ err }, 'stopping on a fault')
    await timed.stop()
    await courier.stop()
    await server.close()
    await db.close()
  })

  const { port } = server.server.address() as AddressInfo
  if (isServerProcess) tellReady(port)
  else announce(config, port, demo)
}

function announce(config: Config, port: number, demo: boolean): void {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const url = `${config.tlsCert ? 'https' : 'http'}://${host}:${port}`
  process.stdout.write(`listening on ${url}\n`)
  if (demo) process.stdout.write(demoLines(url))
}
