import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readXlsx } from 'hucre/xlsx'
import { startCannedServer } from '../client/canned_server.ts'
import { folder, rollcall } from './command.ts'

/** The commands against a canned server that plays WeCom, or a very large school. */
const none = { LANG: 'C.UTF-8', LC_ALL: '' }

test('from WeCom, names and classes come from the contacts, and households and percentages from both lists', async (t) => {
  const ok = { errcode: 0, errmsg: 'ok' }
  const stay = { enter_time: 1, leave_time: 100, is_comment: 0 }
  const person = (no: string, parents: object[] = []) => ({ student_userid: `p${no}`, name: `学生${no}`, department: [31], parents })
  await using far = await startCannedServer({
    '/cgi-bin/school/living/get_living_info': [
      {
        ...ok,
        living_info: {
          theme: '公开课',
          living_start: 1_800_000_000,
          living_duration: 100,
          anchor_userid: 'wang',
          living_range: { partyids: [30] },
        },
      },
    ],
    '/cgi-bin/school/department/list': [
      {
        ...ok,
        departments: [
          { id: 1, type: 5, name: '学校', parentid: 0 },
          { id: 30, type: 2, name: '三年级', parentid: 1 },
          { id: 31, type: 1, name: '1班', parentid: 30 },
          { id: 41, type: 1, name: '别的班', parentid: 1 },
        ],
      },
    ],
    '/cgi-bin/school/user/list': [
      { ...ok, students: [person('1', [{ parent_userid: 'MUM1', relation: '妈妈' }]), person('2'), person('3')] },
    ],
    '/cgi-bin/school/living/get_unwatch_stat_v2': ({ body }) =>
      body?.next_cursor === '0'
        ? { ...ok, has_more: 1, next_cursor: 'a', stat_info: { students: [{ student_userid: 'P1', partyids: [31] }] } }
        : {
            ...ok,
            has_more: 0,
            next_cursor: '',
            stat_info: {
              parents: [
                { parent_userid: 'mum1', student_userid: 'p1', partyids: [31] },
                { parent_userid: 'mum2', student_userid: 'p2', partyids: [31] },
              ],
            },
          },
    '/cgi-bin/school/living/get_watch_stat_v2': [
      {
        ...ok,
        has_more: 0,
        next_cursor: '',
        stat_info: {
          students: [
            { student_userid: 'p2', partyids: [31], watch_time: 90, ...stay },
            { student_userid: 'p3', partyids: [31], watch_time: 10, ...stay },
          ],
        },
      },
    ],
  })
  using place = folder()
  const env = { ...none, ROLLCALL_SECRET: 's', ROLLCALL_CONFIG_FILE: join(place.path, 'login.json') }
  const run = (...args: string[]) => rollcall([...args, '--base', far.base, '--corp', 'ww'], { env })

  await t.test('without --names the list has only userids', async () => {
    const { stdout, stderr } = await run('unwatched', 'L', '--format', 'csv')
    assert.equal(
      stdout,
      '\ufeffclass,name,who,student_userid,parent_userid\r\n31,,student,P1,\r\n31,,parent,p1,mum1\r\n31,,parent,p2,mum2\r\n',
    )
    assert.match(stderr, /--names/)
    assert.match(stderr, /\n3 have not watched 公开课 \(L\): 1 students and 2 parents\.\n$/)
    assert.equal(far.times('/cgi-bin/school/department/list'), 0)
  })
  await t.test('with --names only the classes of the range are read', async () => {
    const { stdout } = await run('unwatched', 'L', '--names', '--format', 'csv')
    assert.equal(stdout.split('\r\n')[2], '1班,学生1,妈妈,p1,mum1')
    assert.deepEqual(
      far.asked.filter(({ path }) => path.endsWith('/user/list')).map(({ query }) => query.department_id),
      ['31'],
    )
  })
  await t.test('households and a minimum percentage are worked out from both lists', async () => {
    const households = await run('unwatched', 'L', '--by', 'household', '--format', 'ndjson')
    assert.deepEqual(
      households.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).student_userid),
      ['P1'],
    )
    const short = await run('unwatched', 'L', '--min-percent', '50', '--format', 'csv', '--exit-code')
    assert.match(short.stdout, /31,,student,p3,,too short/)
    assert.equal(short.code, 1)
    const classes = await run('report', 'L', '--names', '--format', 'csv', '--by', 'class')
    assert.equal(classes.stdout.split('\r\n')[1], '1班,2,3,1,2')
  })
})

test('90,000 missing viewers are written to a workbook without all being in memory at once', async () => {
  const counts = { in_range: 90_000, expected: 90_000, watched: 0, missing: 90_000, households: 1, households_missing: 1, excused: 0 }
  const line = (no: number) => ({
    kind: 'student',
    student_userid: `p${no}`,
    name: `学生${no}`,
    partyids: [(no % 60) + 1],
    reason: 'never_came',
  })
  await using far = await startCannedServer({
    '/v1/livings/L/report': ({ query }) => {
      const from = Number(query.cursor ?? 0)
      const lines = Array.from({ length: Number(query.limit) }, (_, index) => line(from + index))
      return {
        living: { livingid: 'L', theme: '公开课', anchor_userid: 'w' },
        counts,
        classes: Array.from({ length: 60 }, (_, no) => ({ partyid: no + 1, name: `${no + 1}班`, ...counts })),
        lines,
        has_more: from + lines.length < 90_000 ? 1 : 0,
        next_cursor: String(from + lines.length),
      }
    },
  })
  using place = folder()
  const file = join(place.path, 'all.xlsx')
  const env = { ...none, ROLLCALL_SECRET: 's', ROLLCALL_CORP: 'ww', ROLLCALL_BASE: far.base, ROLLCALL_CONFIG_FILE: join(place.path, 'l') }
  // the command without rows needs 30 MB of heap; all rows in memory would need 60 MB more than that
  const { code, stderr } = await rollcall(['unwatched', 'L', '--output', file], {
    env: { ...env, NODE_OPTIONS: '--max-old-space-size=64' },
  })
  assert.equal(code, 0, stderr)
  const { sheets } = await readXlsx(readFileSync(file))
  assert.equal(sheets.length, 61)
  assert.equal(
    sheets.slice(1).reduce((sum, { rows }) => sum + rows.length - 1, 0),
    90_000,
  )
})
