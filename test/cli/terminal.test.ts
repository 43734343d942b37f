import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import wcwidth from 'simple-wcswidth'
import { fitWidths, truncate, visibleColumns } from '../../src/cli/ask/terminal.ts'
import { startCannedServer } from '../client/canned_server.ts'
import { needs } from '../programs.ts'
import { root } from '../source.ts'
import { folder } from './command.ts'

/** What a person sees in a terminal of 60 columns. */
/** The environment of a terminal whose commands ask the server at `base`. */
const terminalAt = (base: string, folderPath: string) => ({
  ...process.env,
  ROLLCALL_BASE: base,
  ROLLCALL_CORP: 'ww',
  ROLLCALL_SECRET: 's',
  ROLLCALL_CONFIG_FILE: join(folderPath, 'l'),
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
})

test('a narrow terminal shrinks the widest columns first, and never cuts a wide character in half', () => {
  assert.deepEqual(fitWidths([10, 30, 8], undefined), [10, 30, 8])
  assert.deepEqual(fitWidths([10, 30, 8], 40), [10, 12, 8])
  assert.deepEqual(fitWidths([10, 30, 8], 5), [6, 6, 6])
  assert.deepEqual(visibleColumns([20, 8, 20, 20], [false, false, true, true], 50), [0, 1, 2])
  assert.deepEqual(visibleColumns([20, 8, 20, 20], [false, false, true, true], undefined), [0, 1, 2, 3])
  assert.equal(truncate('张小三李小四', 7), '张小三…')
  assert.equal(truncate('张小三', 6), '张小三')
  assert.equal(truncate('👨‍👩‍👧👨‍👩‍👧', 3).includes('\u200d…'), false)
})

test('in a terminal the table fits the width, stderr has a progress bar, and NO_COLOR turns colours off', needs('script'), async () => {
  const ok = { errcode: 0, errmsg: 'ok' }
  const living = { livingid: 'L', theme: '公开课', anchor_userid: 'wang', status: 1, as_of: 1, min_seconds: 0 }
  const counts = {
    in_range: 2,
    not_subscribed: 0,
    excused: 0,
    expected: 2,
    watched: 0,
    missing: 2,
    households: 1,
    households_missing: 1,
    outsiders: 0,
    visitors: 0,
  }
  const line = {
    kind: 'student',
    student_userid: 'a_very_long_userid_that_takes_much_room',
    name: '欧阳\u001b[31m小三的名字特别特别长',
    partyids: [1],
    reason: 'never_came',
    watch_time: 0,
    enter_time: 0,
    leave_time: 0,
    is_comment: 0,
  }
  await using far = await startCannedServer({
    '/v1/livings/L/report': async () => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return {
        ...ok,
        living,
        counts,
        classes: [{ partyid: 1, name: '三年级一班', ...counts }],
        lines: [line, { ...line, kind: 'parent', parent_userid: 'mum', relation: '妈妈' }],
        has_more: 0,
        next_cursor: 'x',
      }
    },
  })
  using place = folder()
  const env = terminalAt(far.base, place.path)
  const see = async (more: string, extra: Record<string, string> = {}) => {
    const { execFile } = await import('node:child_process')
    const command = `stty cols 60 rows 24; ${process.execPath} bin/rollcall.js unwatched L ${more}`
    return new Promise<string>((resolve, reject) =>
      execFile('script', ['-qec', command, '/dev/null'], { cwd: root, env: { ...env, ...extra } }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      ),
    )
  }
  const plain = (text: string) => text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
  const coloured = await see('')
  const table = plain(coloured)
    .split(/\r?\n/)
    .map((row) => row.slice(row.search(/[│┌├└]/)))
    .filter((row) => /^[│┌├└]/.test(row))
  assert.ok(table.length >= 6, coloured)
  for (const row of table) assert.equal(wcwidth.wcswidth(row), 60, row)
  assert.match(coloured, /\u001b\[1m│/, 'the header is bold')
  assert.match(coloured, /\u001b\[\?25l[\s\S]*━/, 'a progress bar, with the cursor hidden')
  assert.match(coloured, /\u001b\[\?25h[\s\S]*┌/, 'the cursor is shown again before the table')
  assert.doesNotMatch(coloured, /\u001b\[31m小三/, 'escape sequences in a name are removed')
  assert.match(plain(coloured), /2 of 2 expected have not watched/)
  for (const text of [await see('--no-color'), await see('', { NO_COLOR: '1' })]) assert.doesNotMatch(text, /\u001b\[[\d;]*m/)
  const piped = await see('2>&1 >/dev/null | cat')
  assert.equal(piped.trim(), '2 of 2 expected have not watched 公开课 (L); in 1 of 1 households nobody has.')
})

test('the name of a lesson and the error of a server cannot send control characters to a terminal', needs('script'), async () => {
  const hostile = '公开课\u001b]0;title\u0007\u009b2J\u202eabc\r\nrollcall: all is well'
  const ok = { errcode: 0, errmsg: 'ok' }
  const living_info = { theme: hostile, living_start: 1, living_duration: 60, anchor_userid: 'wang', viewer_num: 0, status: 2 }
  await using far = await startCannedServer({
    '/v1/livings/L/report': () => ({
      ...ok,
      living: { livingid: 'L', theme: hostile, anchor_userid: 'wang', status: 1, as_of: 1, min_seconds: 0 },
      counts: { expected: 0, watched: 0, missing: 0, households: 0, households_missing: 0 },
      classes: [],
      lines: [],
      has_more: 0,
      next_cursor: 'x',
    }),
    '/v1/livings/M/report': () => ({ errcode: 40058, errmsg: hostile }),
    '/cgi-bin/living/get_user_all_livingid': () => ({ ...ok, next_cursor: '', livingid_list: ['L'] }),
    '/cgi-bin/living/get_living_info': () => ({ ...ok, living_info }),
  })
  using place = folder()
  const env = { ...terminalAt(far.base, place.path), NO_COLOR: '1' }
  const { execFile } = await import('node:child_process')
  const see = (command: string) =>
    new Promise<string>((resolve) =>
      execFile('script', ['-qec', `${process.execPath} bin/rollcall.js ${command}`, '/dev/null'], { cwd: root, env }, (_, stdout) =>
        resolve(stdout),
      ),
    )
  const escaped = '公开课\\u001b]0;title\\u0007\\u009b2J\\u202eabc\\u000d\\u000arollcall: all is well'
  const shown: string[] = []
  for (const command of ['unwatched L', 'watched L', 'unwatched M', 'livings --anchor wang --format json 2>/dev/null'])
    shown.push(await see(command))
  for (const text of shown) assert.doesNotMatch(text, /\u001b\]0|[\u0007\u0080-\u009f\u202e]|^rollcall: all is well/m, JSON.stringify(text))
  const [unwatched = '', watched = '', error = '', json = ''] = shown
  for (const text of [unwatched, watched, error]) assert.ok(text.includes(escaped), JSON.stringify(text))
  assert.equal(JSON.parse(json).entries[0].theme, hostile)
})
