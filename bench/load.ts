import { connect, type Socket } from 'node:net'

/**
 * The load generator, a process of its own: keep-alive connections in a closed loop, ready-made requests, and of an answer only
 * its head and length are read, so that it costs less than any server under it. Asked and answering over IPC.
 */
export type Load = {
  port: number
  path: string
  bodies: readonly string[]
  connections: number
  /** every body once, or for so many ms from a random body on */
  until: 'each once' | number
  /** ms between an answer and the next request of a connection */
  pause?: number
}
export type Outcome = { requests: number; seconds: number; perSecond: number; p50: number; p99: number; most: number; refused: number }

process.on('message', async ({ id, load }: { id: number; load: Load }) => {
  process.send?.({ id, outcome: await run(load) })
})

async function run({ port, path, bodies, connections, until, pause = 0 }: Load): Promise<Outcome> {
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  )
  let next = until === 'each once' ? 0 : Math.floor(Math.random() * requests.length)
  const times: number[] = []
  let refused = 0
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)))
  const began = performance.now()
  const more = () => (until === 'each once' ? next < requests.length : performance.now() - began < until)
  await Promise.all(
    sockets.map(async (socket) => {
      const ask = asker(socket)
      while (more()) {
        const sent = performance.now()
        if (!(await ask(requests[next++ % requests.length] as Buffer))) refused++
        times.push(performance.now() - sent)
        if (pause) await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  for (const socket of sockets) socket.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { requests: times.length, seconds, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), most: at(1), refused }
}

const connected = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

/** Sends one request, and says whether its answer was HTTP 200 with errcode 0. */
function asker(socket: Socket): (request: Buffer) => Promise<boolean> {
  let head = ''
  let left = -1
  let good = false
  let answered: (good: boolean) => void = () => {}
  let failed: (error: Error) => void = () => {}
  socket.on('error', (error) => failed(error))
  socket.on('close', () => failed(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    if (left < 0) {
      head += chunk.toString('latin1', 0, Math.min(chunk.length, 2048))
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const isEmpty = head.startsWith('HTTP/1.1 204') // a heartbeat is taken without a word
      const length = isEmpty ? '0' : /content-length: (\d+)/i.exec(head)?.[1]
      if (length === undefined) return failed(new Error(`no content-length in: ${head.slice(0, 500)}`))
      good = isEmpty || (head.startsWith('HTTP/1.1 200') && /error-code: 0\r/i.test(head))
      left = Number(length) + end + 4
    }
    left -= chunk.length
    if (left > 0) return
    head = ''
    left = -1
    answered(good)
  })
  return (request) =>
    new Promise((resolve, reject) => {
      answered = resolve
      failed = reject
      socket.write(request)
    })
}
