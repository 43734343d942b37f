import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../postgres.ts'
import { rtmpModule } from '../programs.ts'

/** Real programs for whole livings: nginx with its RTMP module, and ffmpeg as teacher and players. */

export const ffmpeg = (args: string[]): ChildProcess =>
  spawn('/usr/bin/ffmpeg', ['-loglevel', 'error', '-nostdin', ...args], { stdio: 'ignore' })

const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=10', '-f', 'lavfi', '-i', 'sine']
const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '10', '-c:a', 'aac']

/** A teacher who publishes a moving picture and a tone at real speed. */
export const publishing = (stream: string): ChildProcess => ffmpeg([...picture, ...encoding, '-f', 'flv', stream])
/** A player that plays until it is killed, or for some seconds. */
export const playing = (stream: string, more: string[] = []): ChildProcess => ffmpeg(['-i', stream, ...more, '-f', 'null', '-'])

/** Waits until `holds`, for 45 s at most. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const patience = Date.now() + 45_000; Date.now() < patience; await wait(300)) if (await holds()) return
  assert.fail(`in 45 s it did not come true that ${what}`)
}

/**
 * Starts nginx with an RTMP application `live`, whose events go to `hook`, and HLS.
 *
 * @param isShielded whether the events go through the location of docs/streaming.md, which answers for Rollcall while Rollcall is away
 */
export async function startNginx(hook: string, isShielded = false) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-nginx-'))
  chmodSync(folder, 0o777)
  const hls = join(folder, 'hls')
  mkdirSync(hls)
  chmodSync(hls, 0o777)
  const [rtmp, http] = [await freePort(), await freePort()]
  const to = isShielded ? `http://127.0.0.1:${http}/rollcall` : hook
  const notify = ['publish', 'publish_done', 'play', 'play_done', 'update'].map((event) => `on_${event} ${to};`).join(' ')
  const shield = `location = /rollcall { proxy_pass ${hook}; proxy_connect_timeout 2s; proxy_read_timeout 3s; proxy_intercept_errors on;
      error_page 500 502 503 504 =200 /rollcall-away; }
    location = /rollcall-away { internal; return 200; }`
  writeFileSync(
    join(folder, 'nginx.conf'),
    `load_module ${rtmpModule};
worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; user root;
events { worker_connections 256; }
rtmp { server { listen 127.0.0.1:${rtmp};
  application live { live on; hls on; hls_path ${hls}; hls_fragment 1s; hls_playlist_length 20s; notify_update_timeout 3s; ${notify} } } }
http { access_log off; server { listen 127.0.0.1:${http};
    location /hls { root ${folder}; add_header Access-Control-Allow-Origin *; add_header Cache-Control no-cache; }
    location = /stat { rtmp_stat all; }
    ${shield} } }
`,
  )
  const start = async () => {
    const server = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore', detached: true })
    await wait(500)
    assert.equal(server.exitCode, null, 'nginx runs')
    return server
  }
  let server = await start()
  const stop = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    // master and worker are a process group
    process.kill(-(server.pid as number), signal)
    await once(server, 'exit')
  }
  return {
    rtmp,
    http,
    hls,
    kill: () => stop('SIGKILL'),
    startAgain: async () => {
      server = await start()
    },
    [Symbol.asyncDispose]: async () => {
      await stop('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
