import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addHook } from '../../src/hooks/hook.ts'
import { streamWork } from '../../src/hooks/timed.ts'
import { serving } from '../../src/serving.ts'
import type { Database } from '../databases.ts'
import { makeSchool } from '../world.ts'

/** An event as a real streaming server sent it, `ms` after the first one. LIVING stands for the livingid, LINK for the link of a viewer. */
type Recorded = { ms: number; type: string; body: string; query?: string }

type Replay = {
  readonly kind: string
  readonly secret?: string
  readonly hlsWindow?: number
  /** names the connection of an event's viewer; undefined for events of nobody */
  readonly clientOf: (body: string) => string | undefined
  /** puts a student's userid and the time of the replay into an event that has its own; `at` in unix milliseconds */
  readonly rewrite?: (body: string, student: string, at: number) => string
  /** seconds after the first publish at which the teacher ends the living by hand */
  readonly endsAt?: number
  /** seconds after the first publish that the living is planned to last; events 120 s after it are left out */
  readonly lasts: number
}

const folder = join(import.meta.dirname, 'recorded')

/**
 * Plays a recording against a server, with the clock of the school as the clock of the recording, and each connection with a student's link of its
 * own. The living is planned to begin with the first publish.
 *
 * @returns seconds from the first publish to the end of the living, and by connection, in the order of their first events: when it began, in
 *   seconds after the first publish, and the seconds that were counted
 */
export async function replayed(database: Database, file: string, replay: Replay) {
  const all = readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
  const publishMs = all.find(({ body }) => /"on_publish"|call=publish|meeting-created/.test(body))?.ms ?? 0
  const events = all.filter(({ ms }) => ms <= publishMs + (replay.lasts + 120) * 1000)
  const clients = [...new Set(events.flatMap(({ body }) => replay.clientOf(body) ?? []))]
  const students = clients.map((_, index) => `s${String(index).padStart(3, '0')}`)
  const school = await makeSchool({ ...database }, { classes: { '3A': Object.fromEntries(students.map((student) => [student, []])) } })
  const { clock } = school
  const start = clock.now
  const publishedAt = start + Math.round(publishMs / 1000)
  const { livingid } = await school.client.livingCreate({
    anchor_userid: 'wang',
    theme: '公开课',
    living_start: publishedAt,
    living_duration: replay.lasts,
    living_range: { partyids: [school.classIds['3A'] as number] },
  })
  const asked = { corp_no: school.corp_no, agentid: school.app.agentid, kind: replay.kind, base: school.base }
  const { url } = await addHook(
    school.db,
    school.secrets,
    { ...asked, ...(replay.secret && { secret: replay.secret }), ...(replay.hlsWindow && { hlsWindow: replay.hlsWindow }) },
    start,
  )
  const { links, publish = '' } = await school.client.ours.links({ livingid, publish: 1 })
  const linkOf = new Map(links.map(({ student_userid, link }) => [student_userid, link]))
  const key = publish.split('?')[1] ?? ''
  const work = streamWork(
    await serving(school.db, school.secrets, { demo: false, pageSize: 1000, endGrace: 1800 }),
    () => clock.now,
    120,
    (error) => assert.fail(String(error)),
  )
  const passTo = async (second: number) => {
    for (; clock.now < second; clock.now++) if (clock.now % 5 === 0) await work(clock.now)
  }

  const beganAt = new Map<string, number>()
  for (const { ms, type, body } of events) {
    await passTo(start + Math.round(ms / 1000))
    const client = replay.clientOf(body)
    const student = client === undefined ? undefined : students[clients.indexOf(client)]
    const written = replay.rewrite?.(body, student ?? 'nobody', start * 1000 + ms) ?? body
    const text = withKey(written, key)
      .replaceAll('LINK', (student && linkOf.get(student)) ?? 'nobody')
      .replaceAll('LIVING', livingid)
    const to = replay.secret ? `${url}&checksum=${sha1(url + text + replay.secret)}` : url
    const { status } = await fetch(to, { method: 'POST', body: text, headers: { 'content-type': type } })
    assert.ok(status === 200 || status === 403, `${status} for ${text}`)
    if (client !== undefined && !beganAt.has(client)) beganAt.set(client, clock.now)
  }
  if (replay.endsAt !== undefined) {
    await passTo(publishedAt + replay.endsAt)
    await school.client.ours.end({ livingid })
  }
  await passTo(clock.now + 200)
  const { living, lines } = await school.client.ours.report({ livingid })
  assert.equal(living.status, 2, 'the living has ended')
  const secondsOf = new Map(lines.map(({ student_userid, watch_time }) => [student_userid, watch_time ?? 0]))
  const counted = clients.map((client, index) => ({
    client,
    began: (beganAt.get(client) ?? 0) - publishedAt,
    seconds: secondsOf.get(students[index] as string) ?? 0,
  }))
  await school[Symbol.asyncDispose]()
  return { length: (living.end_time ?? 0) - (living.start_time ?? 0), counted }
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

/** The publish key, where the teacher's program would have sent it. */
function withKey(body: string, key: string): string {
  if (/"action":"on_(un)?publish"/.test(body)) return body.replace('"param":""', `"param":"?${key}"`)
  return /call=(update_)?publish/.test(body) ? `${body}&${key}` : body
}
