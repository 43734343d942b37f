import cluster from 'node:cluster'
import { once } from 'node:events'
import closeWithGrace from 'close-with-grace'

const stopTimeoutMs = 9500
const restartDelayMs = 1000

/**
 * Starts `count` server processes that listen on one port (`--processes N`). Returns the port once all of them listen.
 * This process serves nothing itself: it restarts a process that ends, and stops all of them on SIGTERM. The processes share nothing but
 * the database. Throws if a process ends before it listens.
 */
export async function runProcesses(count: number): Promise<number> {
  let isStopping = false
  const startProcess = async () => {
    const worker = cluster.fork()
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
  const ports = await Promise.all(Array.from({ length: count }, startProcess))
  return ports[0] as number
}

/** Tells the process that started this one that the server listens on `port`. */
export const reportListening = (port: number) => void process.send?.(port)

/** Whether this process is one of those that `runProcesses` started. */
export const isServerProcess = cluster.isWorker
