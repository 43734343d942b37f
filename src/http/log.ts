import { write, writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'

/** A log's lines go out together: after this many characters, or this many milliseconds. */
const atOnce = 16_384
const afterMs = 250

/**
 * Where pino's lines go, one write at a time. Its own destination, made for a crash in the middle of a line, takes twice as long over
 * a line as making it does: 5 µs of the 8.5 (bench/README.md).
 */
export function linesTo(fd: number): DestinationStream & { flushSync(): void } {
  let waiting = ''
  let isWriting = false
  const later = setInterval(() => next(), afterMs)
  later.unref()

  function next(): void {
    if (isWriting || !waiting) return
    isWriting = true
    const bytes = Buffer.from(waiting)
    waiting = ''
    send(bytes)
  }
  function send(bytes: Buffer): void {
    write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(send, 100, bytes)
      if (!error && written < bytes.length) return send(bytes.subarray(written))
      // where nobody takes the log any more, the server goes on without
      isWriting = false
      if (waiting.length >= atOnce) next()
    })
  }
  function flushSync(): void {
    for (let bytes = Buffer.from(waiting); bytes.length; )
      try {
        bytes = bytes.subarray(writeSync(fd, bytes))
      } catch {
        break
      }
    waiting = ''
  }
  process.once('exit', flushSync)
  return {
    write(line) {
      waiting += line
      if (waiting.length >= atOnce) next()
    },
    flushSync,
  }
}
