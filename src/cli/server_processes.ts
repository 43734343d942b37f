import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:net'
import closeWithGrace from 'close-with-grace'

const stopTimeoutMs = 9500
const restartDelayMs = 1000
/** Tells a server process which port the first one was given. */
const portVariable = 'ROLLCALL_SHARED_PORT'

/**
 * Starts `count` server processes that listen on one port (`--processes N`). Returns the port once all of them listen.
 * This process serves nothing itself: it restarts a process that ends, and stops all of them on SIGTERM. The processes share nothing but
 * the database. Throws if a process ends before it listens.
 *
 * On Linux each process listens on a socket of its own (SO_REUSEPORT), so that the kernel resets the connections of one that is killed. With
 * the cluster's shared socket, this process had accepted connections for the killed one, and left some of them open without an answer.
 */
export async function runProcesses(count: number, at: { host: string; port: number }): Promise<number> {
  await checkPortIsFree(at)
  let isStopping = false
  let sharedPort: number | undefined
  const startProcess = async () => {
    const worker = cluster.fork(sharedPort === undefined ? {} : { [portVariable]: String(sharedPort) })
    worker.on('exit', (code) => {
      if (isStopping) return
      process.stderr.write(`rollcall: a server process ended (${code}); starting another\n`)
      setTimeout(() => {
        if (!isStopping) startProcess().catch(() => {})
      }, restartDelayMs)
    })
    const ended = once(worker, 'exit').then(() => Promise.reject(new Error('a server process did not start')))
    const [port] = (await Promise.race([once(worker, 'message'), ended])) as [number]
    return port
  }
  closeWithGrace({ delay: stopTimeoutMs, logger: false }, async () => {
    isStopping = true
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    await Promise.all(
      workers.map((worker) => {
        const exit = once(worker, 'exit')
        worker.process.kill('SIGTERM')
        return exit
      }),
    )
  })
  sharedPort = await startProcess()
  await Promise.all(Array.from({ length: count - 1 }, startProcess))
  return sharedPort
}

/** Throws EADDRINUSE where another program listens: the sockets of server processes would share the port with those of a second Rollcall. */
async function checkPortIsFree(at: { host: string; port: number }): Promise<void> {
  const server = createServer().listen(at)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

/** Tells the process that started this one that the server listens on `port`. */
export const reportListening = (port: number) => void process.send?.(port)

/** How a server listens: a server process on a socket of its own, where the system balances connections between such sockets. */
export function listenOptions(port: number): { port: number; exclusive?: boolean; reusePort?: boolean } {
  if (!isServerProcess || process.platform !== 'linux') return { port }
  return { port: Number(process.env[portVariable] ?? port), exclusive: true, reusePort: true }
}

/** Whether this process is one of those that `runProcesses` started. */
export const isServerProcess = cluster.isWorker
