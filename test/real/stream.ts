import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { streamServer } from '../hooks/stream_server.ts'

/**
 * A real HLS stream: ffmpeg encodes a test picture and a tone in segments of one second, and an HTTP server serves them at `url`.
 *
 * @param options without `seconds` the stream is live, else it is a complete recording of that length
 */
export async function hlsStream({ seconds }: { seconds?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-hls-'))
  const kind = seconds === undefined ? ['-hls_list_size', '20', '-hls_flags', 'delete_segments'] : ['-hls_playlist_type', 'vod']
  const pace = seconds === undefined ? ['-re'] : []
  const length = seconds === undefined ? [] : ['-t', String(seconds)]
  const picture = [...pace, '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10', ...pace, '-f', 'lavfi', '-i', 'sine']
  const codecs = '-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 10 -c:a aac'.split(' ')
  const output = ['-f', 'hls', '-hls_time', '1', ...kind, join(folder, 'x.m3u8')]
  const ffmpeg: ChildProcess = spawn('/usr/bin/ffmpeg', ['-loglevel', 'error', '-nostdin', ...picture, ...length, ...codecs, ...output], {
    stdio: 'ignore',
  })
  const server = await streamServer(({ pathname }, _request, response) => {
    const path = join(folder, pathname.replaceAll('..', ''))
    if (!existsSync(path) || pathname === '/') return response.writeHead(404).end()
    const file = createReadStream(path)
    file.on('error', () => response.destroy())
    return file.pipe(response)
  })
  if (seconds === undefined) while (!existsSync(join(folder, 'x2.ts'))) await wait(200)
  else await once(ffmpeg, 'exit')
  return {
    url: `${server.base}/x.m3u8`,
    asked: server.asked,
    /** Ends the stream without a word: the playlist stays as it is. */
    kill: () => ffmpeg.kill('SIGKILL'),
    /** Ends the stream as a teacher does: the playlist says that it is complete. */
    finish: () => ffmpeg.kill('SIGINT'),
    [Symbol.asyncDispose]: async () => {
      ffmpeg.kill('SIGKILL')
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
