import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addHook } from '../../src/hooks/hook.ts'
import { endGoneStreams } from '../../src/hooks/stream.ts'
import { serving } from '../../src/serving.ts'
import { launchBrowser } from '../browser.ts'
import { type Database, databases } from '../databases.ts'
import { reserve } from '../livings.ts'
import { freePort } from '../postgres.ts'
import { needs, rtmpModule } from '../programs.ts'
import { makeSchool } from '../world.ts'

/** A complete living with real programs: nginx with its RTMP module, ffmpeg as teacher and players, a browser. */
test(
  'students who play a living over RTMP or HLS through nginx count as watched, and a student who never came does not',
  needs('/usr/sbin/nginx', rtmpModule, '/usr/bin/ffmpeg'),
  async () => {
    const students = ['early', 'never', 'page', 'phone', 'twice', 'whole']
    await using school = await makeSchool(databases[0] as Database, {
      classes: { '3A': Object.fromEntries(students.map((student) => [student, []])) },
    })
    // the school's clock is the real clock, because the stream runs in real time
    Object.defineProperty(school.clock, 'now', { get: () => Math.floor(Date.now() / 1000) })
    const livingid = await reserve(school, ['3A'])
    const { url } = await addHook(
      school.db,
      school.secrets,
      { corp_no: school.corp_no, agentid: school.app.agentid, kind: 'nginx-rtmp', base: school.base },
      school.clock.now,
    )
    await using nginx = await startNginx(url)
    const play_url = `http://127.0.0.1:${nginx.http}/hls/${livingid}.m3u8`
    const { links } = await school.client.ours.links({ livingid, play_url })
    const linkOf = (student: string) => links.find((each) => each.student_userid === student)?.link ?? ''
    const unwatched = () => school.unwatched(livingid)
    const stream = `rtmp://127.0.0.1:${nginx.rtmp}/live/${livingid}`

    const teacher = ffmpeg([
      '-re',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=160x120:rate=10',
      '-f',
      'lavfi',
      '-i',
      'sine',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '10',
      '-c:a',
      'aac',
      '-f',
      'flv',
      stream,
    ])
    await until('the living runs', async () => (await school.client.livingGetLivingInfo({ livingid })).living_info.status === 1)
    assert.deepEqual(await unwatched(), students)

    const play = (student: string, more: string[] = []) => ffmpeg(['-i', `${stream}?link=${linkOf(student)}`, ...more, '-f', 'null', '-'])
    const players = [play('whole'), play('early', ['-t', '3']), play('twice'), play('twice'), play('stranger')]
    const browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    await until('HLS is there', async () => readdirSync(nginx.hls).includes(`${livingid}.m3u8`))
    for (const student of ['page', 'phone']) {
      const page = await browser.newPage()
      await page.goto(`${school.base}/watch/${linkOf(student)}`)
    }
    await until('all but one have been seen, while it runs', async () => (await unwatched()).join() === 'never')
    assert.equal((await school.client.schoolGetLivingInfo({ livingid })).living_info.viewer_num, 5)
    await wait(18_000)
    for (const page of browser.contexts().flatMap((context) => context.pages())) await page.goto('about:blank')
    await browser.close()
    teacher.kill('SIGINT')
    await once(teacher, 'exit')
    await wait(1500)
    await endGoneStreams(await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }), school.clock.now, 1)
    for (const player of players) player.kill('SIGKILL')

    assert.deepEqual(await unwatched(), ['never'])
    const { living, lines, counts } = await school.client.ours.report({ livingid })
    assert.equal(living.status, 2)
    const length = (living.end_time ?? 0) - (living.start_time ?? 0)
    const time = Object.fromEntries(lines.map((line) => [line.student_userid, line.watch_time]))
    assert.deepEqual(Object.fromEntries(lines.map((line) => [line.student_userid, line.reason])), {
      early: 'watched',
      never: 'never_came',
      page: 'watched',
      phone: 'watched',
      twice: 'watched',
      whole: 'watched',
    })
    assert.equal(counts?.missing, 1)
    assert.ok((time.early as number) < 12 && (time.whole as number) > 18, `early ${time.early}, whole ${time.whole}`)
    assert.ok((time.twice as number) <= length, `two devices count once: ${time.twice} of ${length}`)
    assert.ok((time.page as number) >= 14 && (time.page as number) <= length, `page ${time.page}`)
    const { timeline } = await school.client.ours.report({ livingid, student_userid: 'twice', timeline: 1 })
    assert.deepEqual(
      timeline.map((stay) => stay.source),
      ['nginx-rtmp', 'nginx-rtmp'],
    )
  },
)

const ffmpeg = (args: string[]): ChildProcess => spawn('/usr/bin/ffmpeg', ['-loglevel', 'error', '-nostdin', ...args], { stdio: 'ignore' })

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const patience = Date.now() + 45_000; Date.now() < patience; await wait(300)) if (await holds()) return
  assert.fail(`in 45 s it did not come true that ${what}`)
}

async function startNginx(hook: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-nginx-'))
  chmodSync(folder, 0o777)
  const hls = join(folder, 'hls')
  mkdirSync(hls)
  chmodSync(hls, 0o777)
  const [rtmp, http] = [await freePort(), await freePort()]
  const notify = ['publish', 'publish_done', 'play', 'play_done', 'update'].map((event) => `on_${event} ${hook};`).join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `load_module ${rtmpModule};
worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; user root;
events { worker_connections 256; }
rtmp { server { listen 127.0.0.1:${rtmp};
  application live { live on; hls on; hls_path ${hls}; hls_fragment 1s; hls_playlist_length 20s; notify_update_timeout 3s; ${notify} } } }
http { access_log off; server { listen 127.0.0.1:${http}; location /hls { root ${folder}; add_header Access-Control-Allow-Origin *; add_header Cache-Control no-cache; } } }
`,
  )
  const server = spawn('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' })
  await wait(500)
  assert.equal(server.exitCode, null, 'nginx runs')
  return {
    rtmp,
    http,
    hls,
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
