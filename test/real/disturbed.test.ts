import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { addHook } from '../../src/hooks/hook.ts'
import { startServer } from '../crash/process.ts'
import { sqlite } from '../databases.ts'
import { freePort } from '../postgres.ts'
import { needs, rtmpModule } from '../programs.ts'
import { makeSchool } from '../world.ts'
import { playing, publishing, startNginx } from './streaming.ts'

const tolerance = 5
const lastsSeconds = 130

/** Ends a program at once, as a network or a battery does. */
async function cut(program: ChildProcess): Promise<void> {
  program.kill('SIGKILL')
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
}

/**
 * A living in which everything happens that a school's network does: a camera test before it, the publisher cut in the middle, Rollcall
 * stopped for a minute, nginx killed, and an overrun. What each student really played is compared with what is counted.
 */
test(
  'a living on nginx-rtmp survives what a network does to it, and everybody is counted to five seconds',
  needs('/usr/sbin/nginx', rtmpModule, '/usr/bin/ffmpeg'),
  async () => {
    const students = ['away', 'back', 'early', 'lost', 'never', 'whole']
    await using school = await makeSchool(
      { ...sqlite },
      { classes: { '3A': Object.fromEntries(students.map((student) => [student, []])) } },
    )
    const seconds = () => Date.now() / 1000
    Object.defineProperty(school.clock, 'now', { get: () => Math.floor(seconds()) })
    const flags = ['--port', String(await freePort()), '--publish-early', '5', '--unpublish-grace', '3', '--end-grace', '10']
    let rollcall = await startServer(school.url, ...flags)
    const hookOptions = { corp_no: school.corp_no, agentid: school.app.agentid, kind: 'nginx-rtmp', base: rollcall.base }
    const { url } = await addHook(school.db, school.secrets, hookOptions, school.clock.now)
    await using nginx = await startNginx(url, true)
    const { livingid } = await school.client.livingCreate({
      anchor_userid: 'wang',
      theme: '公开课',
      living_start: school.clock.now + 20,
      living_duration: lastsSeconds,
      living_range: { partyids: [school.classIds['3A'] as number] },
    })
    const { links, publish = '' } = await school.client.ours.links({ livingid, publish: 1 })
    const application = `rtmp://127.0.0.1:${nginx.rtmp}/live`
    const status = async () => (await school.client.livingGetLivingInfo({ livingid })).living_info.status
    const teach = () => publishing(`${application}/${publish}`)

    /** of each student, the seconds in which a player of theirs was running */
    const truth = new Map(students.map((student) => [student, 0]))
    const players = new Map<string, { player: ChildProcess; since: number }>()
    const enter = (student: string) => {
      const link = links.find((each) => each.student_userid === student)?.link
      players.set(student, { player: playing(`${application}/${livingid}?link=${link}`), since: seconds() })
    }
    const leave = async (student: string) => {
      const { player, since } = players.get(student) as { player: ChildProcess; since: number }
      players.delete(student)
      truth.set(student, (truth.get(student) ?? 0) + seconds() - since)
      await cut(player)
    }

    const test = teach()
    await wait(4000)
    await cut(test)
    await wait(1000)
    assert.equal(await status(), 0, 'a camera test starts nothing')
    while (school.clock.now < (await school.client.livingGetLivingInfo({ livingid })).living_info.living_start - 3) await wait(200)
    let teacher = teach()
    const started = seconds()
    const passTo = (second: number) => wait(Math.max(0, (started + second - seconds()) * 1000))

    await passTo(2)
    for (const student of ['away', 'back', 'early', 'lost', 'whole']) enter(student)
    await passTo(12)
    await leave('early')
    await passTo(18)
    await cut(teacher)
    await passTo(26)
    teacher = teach()
    await leave('back')
    await passTo(34)
    enter('back')
    await leave('away')
    await passTo(38)
    await rollcall[Symbol.asyncDispose]()
    await passTo(60)
    assert.equal(teacher.exitCode ?? teacher.signalCode, null, 'the teacher is not cut while Rollcall is away')
    enter('away')
    await passTo(98)
    rollcall = await startServer(school.url, ...flags)
    assert.equal(teacher.exitCode ?? teacher.signalCode, null)
    await passTo(110)
    await Promise.all([leave('lost'), leave('whole'), leave('back'), leave('away'), nginx.kill()])
    await cut(teacher)
    await nginx.startAgain()
    teacher = teach()
    for (const student of ['whole', 'away']) enter(student)
    await passTo(lastsSeconds + 15)
    assert.equal(teacher.exitCode ?? teacher.signalCode, null, 'nobody is cut after the planned end')
    assert.equal(await status(), 1)
    for (const student of [...players.keys()]) await leave(student)
    await cut(teacher)
    const ended = seconds()
    for (const patience = seconds() + 30; (await status()) !== 2 && seconds() < patience; ) await wait(300)

    const { living, lines } = await school.client.ours.report({ livingid })
    assert.ok(Math.abs((living.start_time ?? 0) - started) <= tolerance, `started at ${started}, counted from ${living.start_time}`)
    assert.ok(Math.abs((living.end_time ?? 0) - ended) <= tolerance, `ended at ${ended}, counted to ${living.end_time}`)
    for (const { student_userid = '', watch_time = 0 } of lines) {
      const really = Math.round(truth.get(student_userid) ?? 0)
      console.log(`${student_userid}: ${really} s, counted ${watch_time}`)
      assert.ok(Math.abs(really - (watch_time ?? 0)) <= tolerance, `${student_userid}: ${really} s in truth, ${watch_time} counted`)
    }
    await rollcall[Symbol.asyncDispose]()
  },
)
