import { connect, type Socket } from 'node:net'

/** Resolves to a connection to 127.0.0.1, or rejects. */
export const connected = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

/** An HTTP answer. `head`: its first 4 kB, with the headers and a page's cursor. `errcode`: NaN where the answer has none. */
export type Answer = { status: number; errcode: number; head: string }

const headBytes = 4096

/**
 * Returns a function that sends one request and resolves to its answer; one request at a time. Of the answer only the head is kept,
 * so that the generator costs little. An answer 204, as heartbeats get, counts as 200 with errcode 0.
 */
export function asker(socket: Socket): (request: Buffer) => Promise<Answer> {
  let head = ''
  let got = 0
  let whole = 0
  let answered: (answer: Answer) => void = () => {}
  let failed: (error: Error) => void = () => {}
  socket.on('error', (error) => failed(error))
  socket.on('close', () => failed(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    if (head.length < headBytes) head += chunk.toString('latin1', 0, Math.min(chunk.length, headBytes))
    got += chunk.length
    if (whole === 0) {
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = head.startsWith('HTTP/1.1 204') ? '0' : /content-length: (\d+)/i.exec(head)?.[1]
      if (length === undefined) return failed(new Error(`no content-length in: ${head.slice(0, 500)}`))
      whole = Number(length) + end + 4
    }
    if (got < whole) return
    const status = Number(head.slice(9, 12))
    const errcode = status === 204 ? 0 : Number(/error-code: (-?\d+)\r/i.exec(head)?.[1] ?? Number.NaN)
    const answer = { status: status === 204 ? 200 : status, errcode, head }
    head = ''
    got = 0
    whole = 0
    answered(answer)
  })
  return (request) =>
    new Promise((resolve, reject) => {
      answered = resolve
      failed = reject
      socket.write(request)
    })
}
