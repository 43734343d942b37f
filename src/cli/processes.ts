import cluster from 'node:cluster'
import { once } from 'node:events'
import closeWithGrace from 'close-with-grace'

/**
 * `--processes N`: N servers on one port. The first process serves nothing: it starts the others, starts another where one dies,
 * and ends them. They share nothing but the database. Returns the port once all listen.
 */
export async function runProcesses(count: number): Promise<number> {
  let stopping = false
  const start = async () => {
    const worker = cluster.fork()
    worker.on('exit', (code) => {
      if (stopping) return
      process.stderr.write(`rollcall: a server process ended (${code}); starting another\n`)
      setTimeout(() => {
        if (!stopping) start().catch(() => {})
      }, 1000)
    })
    const died = once(worker, 'exit').then(() => Promise.reject(new Error('a server process did not start')))
    const [port] = (await Promise.race([once(worker, 'message'), died])) as [number]
    return port
  }
  closeWithGrace({ delay: 9500, logger: false }, async () => {
    stopping = true
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    await Promise.all(
      workers.map((worker) => {
        const gone = once(worker, 'exit')
        worker.process.kill('SIGTERM')
        return gone
      }),
    )
  })
  const ports = await Promise.all(Array.from({ length: count }, start))
  return ports[0] as number
}

/** Told by a server to the process that started it, if one did. */
export const tellReady = (port: number) => void process.send?.(port)

export const isServerProcess = cluster.isWorker
