import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { nginxClients } from '../../src/hooks/clients/nginx_rtmp.ts'
import { addHook } from '../../src/hooks/hook.ts'
import { type HookRow, hooksOf, type OpenSession, openSessionsOfHook } from '../../src/hooks/store.ts'
import { endGoneStreams } from '../../src/hooks/stream.ts'
import { serving } from '../../src/serving.ts'
import { launchBrowser } from '../browser.ts'
import { type Database, databases } from '../databases.ts'
import { reserve } from '../livings.ts'
import { needs, rtmpModule } from '../programs.ts'
import { makeSchool } from '../world.ts'
import { playing, publishing, startNginx, until } from './streaming.ts'

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
    const livingid = await reserve(school, ['3A'], { living_duration: 20 })
    const { url } = await addHook(
      school.db,
      school.secrets,
      { corp_no: school.corp_no, agentid: school.app.agentid, kind: 'nginx-rtmp', base: school.base },
      school.clock.now,
    )
    await using nginx = await startNginx(url)
    const play_url = `http://127.0.0.1:${nginx.http}/hls/${livingid}.m3u8`
    const { links, publish } = await school.client.ours.links({ livingid, play_url, publish: 1 })
    const key = publish?.split('?')[1]
    const linkOf = (student: string) => links.find((each) => each.student_userid === student)?.link ?? ''
    const unwatched = () => school.unwatched(livingid)
    const stream = `rtmp://127.0.0.1:${nginx.rtmp}/live/${livingid}`

    const teacher = publishing(`${stream}?${key}`)
    await until('the living runs', async () => (await school.client.livingGetLivingInfo({ livingid })).living_info.status === 1)
    assert.deepEqual(await unwatched(), students)

    const play = (student: string, more: string[] = []) => playing(`${stream}?link=${linkOf(student)}`, more)
    const players = [play('whole'), play('early', ['-t', '3']), play('twice'), play('twice'), play('stranger')]
    const browser = await launchBrowser('--autoplay-policy=no-user-gesture-required')
    await until('HLS is there', async () => readdirSync(nginx.hls).includes(`${livingid}.m3u8`))
    for (const student of ['page', 'phone']) {
      const page = await browser.newPage()
      await page.goto(`${school.base}/watch/${linkOf(student)}`)
    }
    await until('all but one have been seen, while it runs', async () => (await unwatched()).join() === 'never')
    assert.equal((await school.client.schoolGetLivingInfo({ livingid })).living_info.viewer_num, 5)
    const [hook] = await school.db.all<HookRow>(hooksOf(school.corp_no))
    const open = await school.db.all<OpenSession>(openSessionsOfHook(hook as HookRow))
    const listed = await nginxClients({ ...(hook as HookRow), api: `http://127.0.0.1:${nginx.http}/stat` }, [livingid], 0)
    assert.ok(open.length >= 3)
    for (const { session } of open) assert.ok(listed.has(session), `nginx lists ${session} among ${[...listed].join(', ')}`)
    await wait(18_000)
    for (const page of browser.contexts().flatMap((context) => context.pages())) await page.goto('about:blank')
    await browser.close()
    teacher.kill('SIGINT')
    await once(teacher, 'exit')
    await wait(1500)
    await endGoneStreams(
      await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }),
      school.clock.now,
      1,
      (error) => assert.fail(String(error)),
    )
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
