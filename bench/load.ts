import { asker, connected } from './asker.ts'
import { quantile } from './figures.ts'

/**
 * The load generator, a process of its own: keep-alive connections, ready-made requests, and of an answer only its head and length
 * are read, so that it costs less than any server under it. Asked and answering over IPC.
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
  /** ms between one body and the next, whoever sends it: its time is counted from when it was due, not from when it was sent */
  every?: number
  /** each connection reads the list from its beginning, cursor by cursor, and then again; the first body names the living */
  walks?: boolean
  method?: 'GET'
  /** others' answers carry no errcode: HTTP 200 will do */
  plain?: boolean
}
export type Outcome = { requests: number; seconds: number; perSecond: number; p50: number; p99: number; most: number; refused: number }

process.on('message', async ({ id, load }: { id: number; load: Load }) => {
  process.send?.({ id, outcome: await run(load) })
})

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function run(load: Load): Promise<Outcome> {
  const { port, bodies, connections, until, pause = 0, every, walks } = load
  const requests = bodies.map((body) => requestOf(load, body))
  let next = until === 'each once' ? 0 : Math.floor(Math.random() * requests.length)
  const times: number[] = []
  let refused = 0
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)))
  const began = performance.now()
  const more = () => (until === 'each once' ? next < requests.length : performance.now() - began < until)
  await Promise.all(
    sockets.map(async (socket) => {
      const ask = asker(socket)
      let cursor: string | undefined
      while (more()) {
        const no = next++
        const due = every === undefined ? 0 : began + no * every
        if (due > performance.now()) await pass(due - performance.now())
        const sent = due || performance.now()
        const request =
          cursor === undefined ? (requests[no % requests.length] as Buffer) : requestOf(load, onFrom(bodies[0] as string, cursor))
        const { status, errcode, head } = await ask(request)
        if (status !== 200 || !(load.plain || errcode === 0)) refused++
        times.push(performance.now() - sent)
        if (walks) cursor = /"has_more":1,"next_cursor":"([^"]+)"/.exec(head)?.[1]
        if (pause) await pass(pause)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1000
  for (const socket of sockets) socket.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => quantile(times, share)
  return { requests: times.length, seconds, perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), most: at(1), refused }
}

const requestOf = ({ port, path, method }: Load, body: string) =>
  Buffer.from(
    method === 'GET'
      ? `GET ${path}${body} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`
      : `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )

const onFrom = (body: string, next_cursor: string) => JSON.stringify({ ...JSON.parse(body), next_cursor })
