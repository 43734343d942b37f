import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { pino } from 'pino'
import { type Config, readConfig } from '../config.ts'
import { demoLines, makeDemoSchool } from '../demo/demo.ts'
import { callLogger, logDestination } from '../http/log.ts'
import { makeServer } from '../http/server.ts'
import { serving } from '../serving.ts'
import type { Db } from '../store/db.ts'
import { databaseClock } from '../store/health.ts'
import { openDb } from '../store/open.ts'
import { openSecrets } from '../store/seal_all.ts'
import type { Secrets } from '../store/secrets.ts'
import { trustedClock } from '../timed/trusted_clock.ts'
import { addSettings, databaseSettings, nowSeconds } from './command_helpers.ts'
import { isServerProcess, listenOptions, reportListening, runProcesses } from './server_processes.ts'
import { startWork } from './server_work.ts'

/** Returns the command `serve`, which runs the server. */
export function serveCommand(): Command {
  return addSettings(new Command('serve'), [
    'host',
    'port',
    ...databaseSettings,
    'databasePool',
    'databaseTimeout',
    'processes',
    'tlsCert',
    'tlsKey',
    'trustedProxies',
    'pageSize',
    'endGrace',
    'retentionDays',
    'parentCapacity',
    'timeZone',
    'logLevel',
    'callbackPrivate',
    'unpublishGrace',
    'publishEarly',
    'publishStarts',
    'presenceStarts',
  ])
    .description('serve the API; prints "listening on URL" when ready')
    .option('--demo', 'put the demo school into an empty database, and accept its fixed credentials')
    .addHelpText('after', '\nExample:\n  rollcall serve --port 8080 --database ./rollcall.db')
    .action(serve)
}

/** Milliseconds for which a server that stops asks its clients to close their connections: most have sent a request by then. */
const drainMs = 1500

/** Starts the server and returns once it listens. Server, timed work and deliveries end on SIGTERM and SIGINT. */
async function serve(flags: Partial<Record<string, unknown>>): Promise<void> {
  const config = readConfig(flags, process.env)
  const destination = logDestination(2)
  const logger = pino({ level: config.logLevel, base: null }, destination)
  const db = await openDb(config.database, { pool: config.databasePool, timeout: config.databaseTimeout })
  const secrets = await openSecrets(db, config.database, config.secretKeyFile)
  const isDemo = flags.demo === true
  if (isDemo && !isServerProcess) await makeDemoSchool(db, nowSeconds())
  if (config.processes > 1 && !isServerProcess) {
    // By now the database is created and migrated. Each server process opens its own connections.
    await db.close()
    return announce(config, await runProcesses(config.processes, config), isDemo)
  }
  const tls = config.tlsCert ? { tls: { cert: config.tlsCert, key: config.tlsKey } } : {}
  const served = await servingOf(config, db, secrets, isDemo)
  const clock = trustedClock({
    otherClock: () => databaseClock(db),
    report: ({ seconds, outcome }) => logger.warn({ seconds, outcome }, 'the clock of this machine has leapt'),
  })
  const server = makeServer({
    ...served,
    logger,
    logCall: callLogger(logger, destination),
    clock,
    timeZone: config.timeZone,
    drainMs,
    trustedProxies: config.trustedProxies,
    ...tls,
  })
  await server.listen({ host: config.host, ...listenOptions(config.port) })
  const work = await startWork(config, served, clock, logger)
  closeWithGrace({ delay: 8000, logger: false }, async ({ err }) => {
    if (err) logger.fatal({ err }, 'stopping on a fault')
    // together, so that a delivery under way does not take the time of the requests
    await Promise.all([work.stop(), server.close()])
    await db.close()
  })

  const { port } = server.server.address() as AddressInfo
  if (isServerProcess) reportListening(port)
  else announce(config, port, isDemo)
}

const servingOf = (config: Config, db: Db, secrets: Secrets, demo: boolean) =>
  serving(db, secrets, {
    demo,
    pageSize: config.pageSize,
    endGrace: config.endGrace,
    publishStarts: config.publishStarts,
    publishEarly: config.publishEarly,
    presenceStarts: config.presenceStarts,
    parentCapacity: config.parentCapacity,
  })

/** Prints on stdout that the server listens, and where. */
function announce(config: Config, port: number, isDemo: boolean): void {
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const url = `${config.tlsCert ? 'https' : 'http'}://${host}:${port}`
  process.stdout.write(`listening on ${url}\n`)
  if (isDemo) process.stdout.write(demoLines(url))
}
