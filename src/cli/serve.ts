import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { Command } from 'commander'
import { destination, pino } from 'pino'
import { readConfig } from '../config.ts'
import { demoLines, makeDemoSchool } from '../demo.ts'
import { makeServer } from '../http/server.ts'
import { settleAll } from '../living/life.ts'
import { serving } from '../serving.ts'
import { openDb } from '../store/db.ts'
import { unixNow, withSettings } from './settings.ts'

export function serveCommand(): Command {
  return withSettings(new Command('serve'), ['host', 'port', 'database', 'tlsCert', 'tlsKey', 'pageSize', 'endGrace', 'logLevel'])
    .description('serve the API; prints "listening on URL" when ready')
    .option('--demo', 'an empty database gets the demo school; its fixed credentials are accepted')
    .addHelpText('after', '\nExample:\n  rollcall serve --port 8080 --database ./rollcall.db')
    .action(serve)
}

async function serve(flags: Partial<Record<string, unknown>>): Promise<void> {
  const config = readConfig(flags, process.env)
  const logger = pino({ level: config.logLevel, base: null }, destination({ dest: 2, sync: false }))
  const db = await openDb(config.database)
  const demo = flags.demo === true
  if (demo) await makeDemoSchool(db, unixNow())
  const tls = config.tlsCert ? { tls: { cert: config.tlsCert, key: config.tlsKey } } : {}
  const server = makeServer({
    ...(await serving(db, { demo, pageSize: config.pageSize, endGrace: config.endGrace })),
    logger,
    clock: unixNow,
    ...tls,
  })
  await server.listen({ host: config.host, port: config.port })

  const timed = everySecond(
    () => settleAll(db, unixNow(), config.endGrace),
    (err) => logger.error({ err }, 'the timed work failed'),
  )
  closeWithGrace({ delay: 8000, logger: false }, async ({ err }) => {
    if (err) logger.fatal({ err }, 'stopping on a fault')
    await timed.stop()
    await server.close()
    await db.close()
  })

  const { port } = server.server.address() as AddressInfo
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const url = `${config.tlsCert ? 'https' : 'http'}://${host}:${port}`
  process.stdout.write(`listening on ${url}\n`)
  if (demo) process.stdout.write(demoLines(url))
}

/** One run after the other, a second apart, until stopped; a failure is told and does not end it. */
function everySecond(work: () => Promise<void>, failed: (error: unknown) => void) {
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(work).catch(failed)
  }, 1000)
  return {
    stop: () => {
      clearInterval(timer)
      return running
    },
  }
}
