import { connect, type Socket } from 'node:net'

export const connected = (port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

/** `head`: the first 4 kB of an answer, in which a page has its cursor. */
export type Answer = { status: number; errcode: number; head: string }

const headBytes = 4096

/** Sends one request at a time, and reads of its answer the head; a heartbeat is taken without a word (204). */
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
