import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { parse } from 'node:querystring'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { latestCalls } from '../../src/access/latest.ts'
import { readSuiteToken } from '../../src/access/suite_token.ts'
import { readAuthCode } from '../../src/access/suites.ts'
import { tokenReader } from '../../src/access/token.ts'
import { studentsByName } from '../../src/attendance/roll/store.ts'
import { addAccount } from '../../src/console/accounts.ts'
import { cookiesOf } from '../../src/console/cookies.ts'
import { csrfTokenOf } from '../../src/console/csrf.ts'
import { readForm, readQuery } from '../../src/console/form.ts'
import { html } from '../../src/console/html.ts'
import { deviceHashOf } from '../../src/console/known_device.ts'
import { localPath } from '../../src/console/page_request.ts'
import { dummyPasswordHash, isPassword } from '../../src/console/password.ts'
import { openSession, readSession } from '../../src/console/session.ts'
import { networkOf } from '../../src/console/sign_in_limits.ts'
import { languageOf, sayIn } from '../../src/console/texts/say.ts'
import { unpackCursor } from '../../src/cursor.ts'
import { plaintext } from '../../src/events/message.ts'
import { heartbeats } from '../../src/hooks/heartbeat.ts'
import { adapters } from '../../src/hooks/hook.ts'
import { linkReader } from '../../src/hooks/link_token.ts'
import type { HookContext } from '../../src/hooks/sessions.ts'
import { validSignal } from '../../src/hooks/signal.ts'
import { callersBehind } from '../../src/http/caller.ts'
import { headersOf } from '../../src/http/envelope.ts'
import { callAt, isOfficialPath } from '../../src/http/paths.ts'
import { readInput } from '../../src/http/read.ts'
import { formPairs } from '../../src/request/form_pairs.ts'
import { isHarmlessJson } from '../../src/request/json_shape.ts'
import { checkUserid, flagOf, mobileOf } from '../../src/roster/import/cells.ts'
import { classFinder } from '../../src/roster/import/classes.ts'
import { normalMobile } from '../../src/roster/mobiles.ts'
import { isUserid } from '../../src/roster/people.ts'
import type { Db } from '../../src/store/db.ts'
import type { Secrets } from '../../src/store/secrets.ts'
import { compile, rows, sql } from '../../src/store/sql.ts'
import { table } from '../../src/wire/table.ts'
import { makeAccount } from '../console/teacher.ts'
import { sqlite } from '../databases.ts'
import { meetingReadings, meetingValidations } from '../hooks/meetings/hostile_texts.ts'
import { root } from '../source.ts'
import { makeSchool } from '../world.ts'
import { readingsOf } from './attendance_readings.ts'
import { send, sendBytes } from './raw.ts'

/**
 * Every regular expression and library call that reads a stranger's text on the serving thread takes linear time. The list is the table in
 * decisions/limits.md; each entry of it is fed 1 MB of each of these texts, over and over, or refuses them by their length.
 */
const megabyte = 2 ** 20
const mostMs = 500

const repeated = [
  ...['a', 'a&', '&', '=', 'a=&', '%', '%zz', '+', '/', '../', ',', ';', ' ', '.', ':', '@', '"', '\\', '[', '{"a":', '1,', '"1":1,', '<'],
  ...[']]>', '-', '0', '李', '\ud800', '\u{1f600}', '\0', 'a\u0315\u0300\u0327', '\ufdfa', ', got', '127.0.0.1, ', '\r\n--b\r\n', 'eyJh.'],
]
const long = (text: string, length = megabyte) => text.repeat(length / text.length)
// the last character makes an expression that ends with $ try again from each beginning
const hostile = repeated.map((text) => `${long(text)}!`)
/** combining marks in the wrong order, which Unicode normalisation sorts */
hostile.push(`a${'\u0301'.repeat(megabyte / 4)}${'\u0323'.repeat(megabyte / 4)}`)

const noDb = { all: async () => [], batch: async () => [], dialect: 'sqlite' } as unknown as Db
const secret = 'key:secret'
const hook = {
  corp_no: 1,
  hook_no: 1,
  agentid: 1,
  kind: '',
  key_hash: '',
  secret,
  url: 'http://x/',
  api: '',
  hls_window: 0,
  run: '',
  seen_at: 0,
  has_signs: 0,
}

/** The reading of events of an adapter, with the text in each place where it looks. */
function eventsWith(kind: string, text: string): (() => unknown)[] {
  const part = text.slice(0, megabyte / 8)
  const texts = { path: part, query: part, stream: part, param: part, stream_url: `${part}.m3u8`, id: part }
  const event = { ...texts, action: 'on_play', event: 'participant_joined', room: { name: 'L' }, participant: { sid: 'a', identity: part } }
  const read = (authorization: string, query: string, body: Buffer) =>
    adapters[kind]?.read({ hook: { ...hook, kind }, headers: { authorization }, url: `/v1/hooks/${kind}?${query}`, body, now: 1000 })
  const bodies = [JSON.stringify(event), `call=play&event=${text}`, `path=${part}&query=${part}&link=${part}&name=${part}`]
  return [
    () => read(text, `key=a&${text}`, Buffer.alloc(0)),
    () => read(`Bearer ${text}`, `checksum=${text}`, Buffer.alloc(0)),
    ...bodies.map((each) => async () => {
      const body = Buffer.from(each)
      const authorization = kind === 'livekit' ? await signed(body) : `Bearer ${secret}`
      return read(authorization, each.startsWith('path=') ? 'event=unread' : 'key=a', body)
    }),
  ]
}

const signed = (body: Buffer) =>
  new SignJWT({ sha256: createHash('sha256').update(body).digest('base64') })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('key')
    .setExpirationTime(2000)
    .sign(Buffer.from('secret'))

/** Runs what may refuse the text: how it answers is the matter of other tests. */
async function refusing(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch {}
}

const multipart = (headers: string, text: string) =>
  Buffer.from(`--b\r\ncontent-disposition: form-data; name="a"${headers}\r\n\r\n${text}\r\n--b--\r\n`)
const rootParty = { party_id: 1, parentid: 0, type: 5, name: '学校', register_year: null, standard_grade: null, ord: null }
const request = (headers: object) => ({ socket: { remoteAddress: '127.0.0.1' }, headers }) as unknown as IncomingMessage

/** By its name in the table: what is fed each text. An array is several calls, each of which has its own time. */
const entries: Readonly<Record<string, (text: string) => (() => unknown)[]>> = {
  formPairs: (text) => [() => formPairs(text), () => formPairs(`a=${text}`)],
  readQuery: (text) => [() => readQuery(`/sign-in?${text}`)],
  readForm: (text) => [
    () => readForm(Buffer.from(text)),
    () => readForm(Buffer.from(`--${text}`)),
    () => readForm(multipart('', text)),
    () => readForm(multipart('; filename="a.csv"', text)),
    () => readForm(multipart(`; filename="${text.slice(0, 1900)}"`, text)),
    () => readForm(multipart(`\r\n${text.slice(0, 1900)}: a`, text)),
  ],
  'querystring.parse': (text) => [() => parse(text), () => parse(`access_token=${text}`)],
  callAt: (text) => [() => callAt(text), () => callAt(`/v1/livings/${text}/start`), () => isOfficialPath(`/${text}`)],
  'JSON.parse': (text) =>
    [text, JSON.stringify(text), `[${text}]`, `{"a":1,${text}"b":1}`].map((json) => () => {
      const bytes = Buffer.from(json)
      return isHarmlessJson(bytes) && JSON.parse(bytes.toString('utf8'))
    }),
  readInput: (text) => [
    () => readInput(table.createStudent, { student_userid: 'a', name: text, mobile: '1', department: [1] }, true),
    () => readInput(table.createStudent, { student_userid: text, name: 'a', department: text }, false),
    () => readInput(table.presence, { livingid: 'L', stays: [{ student_userid: 'a', enter_time: text }] }, true),
    () => readInput(table.getUnwatchStatV2, { livingid: 'L', next_cursor: text }, true),
    () => readInput(table.links, { livingid: 'L', [text]: 1 }, true),
  ],
  headersOf: (text) => [() => headersOf({ errcode: 1, errmsg: text, body: Buffer.alloc(0) })],
  latestCalls: (text) => [
    () => {
      const latest = latestCalls(noDb, () => {})
      const call = { at: 1, call: 'links', method: 'GET', path: text, errcode: 1, errmsg: text, ms: 1 }
      latest.note({ corp_no: 1, agentid: 1 }, call, { livingid: text })
      return latest.stop()
    },
  ],
  addressOf: (text) => [() => callersBehind().addressOf(request({ 'x-forwarded-for': text })), () => networkOf(text)],
  tokenReader: (text) => [() => tokenReader(noDb, false)(text, 1000)],
  readSuiteToken: (text) => [() => readSuiteToken(noDb, text, 1000)],
  readAuthCode: (text) => [() => readAuthCode(text)],
  unpackCursor: (text) => [() => unpackCursor(Buffer.alloc(32), { corp_no: 1, livingid: text }, 'links', text)],
  linkReader: (text) => [() => linkReader({} as Secrets)(noDb, text, 1000), () => linkReader({} as Secrets)(noDb, `a.${text}.a`, 1000)],
  'nginx-rtmp': (text) => eventsWith('nginx-rtmp', text),
  srs: (text) => eventsWith('srs', text),
  livekit: (text) => eventsWith('livekit', text),
  mediamtx: (text) => eventsWith('mediamtx', text),
  bigbluebutton: (text) => eventsWith('bigbluebutton', text),
  'tencent-meeting': (text) => meetingReadings('tencent-meeting', text),
  classin: (text) => meetingReadings('classin', text),
  zoom: (text) => meetingReadings('zoom', text),
  validMeetingEvent: meetingValidations,
  validSignal: (text) => [() => validSignal({ is: 'enter', stream: text, session: text, who: { identity: text }, at: 1000 }, 1000)],
  heartbeats: (text) => {
    const take = heartbeats({ db: noDb, readLink: async () => undefined } as unknown as HookContext, () => 1000)
    return [() => take(Buffer.from(text)), () => take(Buffer.from(JSON.stringify({ stay: text, link: text })))]
  },
  cookiesOf: (text) => [() => cookiesOf(text)],
  languageOf: (text) => [() => languageOf(text, text)],
  localPath: (text) => [() => localPath(text), () => localPath(`/${text}`)],
  readSession: (text) => [() => readSession(noDb, text, 1000, false), () => deviceHashOf(text)],
  isPassword: (text) => [() => isPassword(text, dummyPasswordHash)],
  addAccount: (text) => [
    () => addAccount(noDb, 1, { name: text, role: 'teacher', password: 'long enough' }, 1),
    () => addAccount(noDb, 1, { name: 'a', role: text, password: 'long enough' }, 1),
    () => addAccount(noDb, 1, { name: 'a', role: 'teacher', password: text }, 1),
    () => text.split(/[\s,，]+/),
  ],
  html: (text) => [() => html`<p title="${text}">${text}</p>`],
  sayIn: (text) => [() => sayIn('zh')('wouldChange', { file: text })],
  studentsByName: (text) => [() => compile(studentsByName(1, text), 'sqlite')],
  compile: (text) => [() => compile(sql`select * from ${rows('k', { a: 'text' }, [[text], ['a']])}`, 'postgres')],
  plaintext: (text) => [
    () =>
      plaintext({ corp_no: 1, agentid: 1, corpid: text, kind: 'self-built', suite_id: null, url: '', token: '', aes_key: '' }, {
        event_no: 1,
        event: text,
        from_userid: text,
        fields: JSON.stringify({ Theme: text }),
        created_at: 1,
        attempts: 0,
      } as never),
  ],
  readAttendanceFile: readingsOf,
  normalMobile: (text) => [() => normalMobile(text), () => mobileOf(text, '', () => {}), () => flagOf(text, '', () => {})],
  isUserid: (text) => [() => isUserid(text), () => checkUserid(`1.${text}`, '', () => {})],
  classFinder: (text) => [
    () => classFinder([rootParty], new Set([1]), 1).classOf([text]),
    () => classFinder([rootParty], new Set([1]), 1).classOf([text, 'a', 'b']),
  ],
}

/** Texts that may stand in the head of a request. */
const inHead = repeated.filter((text) => /^[!-~]+$/.test(text))

/** By their name in the table: what no function of ours reads, or only within a request. Each is fed through a server. */
const byRequest: Readonly<Record<string, (base: string, cookie: string) => Promise<void>>> = {
  'the head of a request': async (base, cookie) => {
    for (const text of inHead)
      for (const length of [megabyte, 15_000])
        for (const head of [
          `GET /${long(text, length)}`,
          `GET /sign-in?${long(text, length)}`,
          `GET /livings/${long(text, length)}/text?q=${text}`,
        ])
          await quickly(text, () => sendBytes(base, `${head} HTTP/1.1\r\nhost: a\r\ncookie: ${cookie}\r\nconnection: close\r\n\r\n`, 2000))
    for (const text of inHead)
      for (const name of ['cookie', 'accept-language', 'x-forwarded-for', 'if-none-match', 'content-type', text.replaceAll(/[^a-z]/g, 'a')])
        await quickly(text, () =>
          sendBytes(base, `GET / HTTP/1.1\r\nhost: a\r\n${name}: ${long(text, 15_000)}\r\nconnection: close\r\n\r\n`, 2000),
        )
  },
  'the forms of the console': async (base, cookie) => {
    for (const text of repeated)
      for (const path of ['/sign-in', '/language', '/accounts', '/apps', '/roster', '/unmatched'])
        for (const length of text === 'a&' ? [megabyte, 16_000] : [16_000]) {
          const value = encodeURIComponent(long(text.toWellFormed(), length / 4))
          const body =
            `token=${csrfTokenOf(cookie)}&source=a&identity=b&typed=${value.slice(0, 1000)}&name=a@${value}&classes=${value}&back=${value}&packed=${value}`.slice(
              0,
              length,
            )
          await quickly(text, () => send(base, path, { body, headers: { cookie: `rollcall_session=${cookie}` } }))
        }
  },
}

/** Fails unless the work is done in time. Another process may have taken the processor, so that work that took long is done again, twice at most. */
async function quickly(text: string, work: () => unknown): Promise<void> {
  let ms = Infinity
  for (let attempt = 0; attempt < 3 && ms >= mostMs; attempt++) {
    const startMs = performance.now()
    await refusing(work)
    ms = performance.now() - startMs
  }
  assert.ok(ms < mostMs, `${Math.round(ms)} ms for ${JSON.stringify(text.slice(0, 20))}`)
}

/** The names in the table of decisions/limits.md. */
const limits = readFileSync(join(root, 'decisions/limits.md'), 'utf8')
const listed = [...limits.matchAll(/^\| `([^`]+)` \|.*\| (?:linear|refused by length) \|$/gm)].map(([, name]) => name)

test('the expressions and library calls that decisions/limits.md lists are those that are fed hostile texts here', () => {
  assert.deepEqual(listed.toSorted(), [...Object.keys(entries), ...Object.keys(byRequest)].toSorted())
})

for (const [name, callsWith] of Object.entries(entries))
  test(`${name} takes linear time for 1 MB of any text`, async () => {
    for (const text of hostile) for (const call of callsWith(text)) await quickly(text, call)
  })

for (const [name, sendAll] of Object.entries(byRequest))
  test(`${name} takes linear time for any text, and is refused at once where it is 1 MB`, async () => {
    await using school = await makeSchool(sqlite)
    const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator' })
    await sendAll(school.base, await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now))
  })
