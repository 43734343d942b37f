import { asker, connected } from './asker.ts'
import { quantile } from './figures.ts'

/**
 * The load generator. It runs in a process of its own and is controlled over IPC. It uses keep-alive connections and prepared
 * requests, and reads only head and length of each answer, so that it needs less CPU time than any server it measures.
 */
export type Load = {
  port: number
  path: string
  bodies: readonly string[]
  connections: number
  /** when to stop: after each body was sent once, or after this many ms, starting at a random body */
  until: 'each once' | number
  /** ms between an answer and the next request of a connection */
  pause?: number
  /** ms between one body and the next, over all connections; latency is then counted from the time a request was due, not sent */
  every?: number
  /** each connection reads the whole list, page by page, again and again; the first body names the living */
  walks?: boolean
  method?: 'GET'
  /** answers have no errcode, as those of other servers: HTTP 200 counts as success */
  plain?: boolean
}

/** `p50`, `p99` and `most` are latencies in ms; `refused` counts answers other than a success. */
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

/** The body with another cursor. */
const onFrom = (body: string, next_cursor: string) => JSON.stringify({ ...JSON.parse(body), next_cursor })
