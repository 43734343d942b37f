import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readXlsx } from 'hucre/xlsx'
import { failure, startCannedServer } from '../client/canned_server.ts'
import { sqlite } from '../databases.ts'
import { reserve } from '../livings.ts'
import { makeSchool } from '../world.ts'
import { folder, rollcall } from './command.ts'

/** The commands that ask a server: unwatched, watched, report, livings, login. Against a Rollcall server and a canned one. */
const plan = {
  classes: { 三年级1班: { li: ['li_mum'], wu: ['wu_dad'] }, '=三年级2班': { he: ['he_mum'] } },
  living: ['三年级1班', '=三年级2班'],
} as const
const none = { LANG: 'C.UTF-8', LC_ALL: '' }

async function asking() {
  const school = await makeSchool(sqlite, plan)
  const place = folder()
  const env = {
    ...none,
    ROLLCALL_BASE: school.base,
    ROLLCALL_CORP: school.corpid,
    ROLLCALL_SECRET: school.app.secret,
    ROLLCALL_CONFIG_FILE: join(place.path, 'login.json'),
  }
  return {
    school,
    place,
    env,
    run: (...args: string[]) => rollcall(args, { env }),
    [Symbol.asyncDispose]: async () => {
      place[Symbol.dispose]()
      await school[Symbol.asyncDispose]()
    },
  }
}

test('unwatched prints a table on stdout and a sentence on stderr, and has exit codes for scripts', async () => {
  await using at = await asking()
  const { living } = at.school
  await at.school.watch('li_mum/li')
  const { code, stdout, stderr } = await at.run('unwatched', living)
  assert.equal(code, 0)
  assert.equal(stdout.split('\n').filter((line) => line.startsWith('│')).length, 1 + 5)
  assert.match(stdout, /│ 三年级1班 +│ wu +│ 妈妈 +│ wu +│ wu_dad +│/)
  assert.doesNotMatch(stdout, /\u001b/, 'no colours in a pipe')
  assert.equal(stderr, `5 of 6 expected have not watched 公开课 (${living}); in 2 of 3 households nobody has.\n`)

  assert.equal((await at.run('unwatched', living, '--exit-code')).code, 1)
  assert.equal((await at.run('unwatched', 'nothing', '--exit-code')).code, 2)
  assert.equal((await at.run('unwatched', living, '--exit-code', '--by', 'nothing')).code, 2)
  assert.equal((await at.run('unwatched', 'nothing')).code, 1)
  for (const who of ['li', 'wu', 'he', 'wu_dad/wu', 'he_mum/he']) await at.school.watch(who)
  const all = await at.run('unwatched', living, '--exit-code')
  assert.deepEqual([all.code, all.stdout, all.stderr], [0, '', `Nobody who was expected is missing from 公开课 (${living}).\n`])
})

test('unwatched says of a living that was cancelled that nobody missed it', async () => {
  await using at = await asking()
  const living = await reserve(at.school, ['三年级1班'])
  await at.school.client.livingCancel({ livingid: living })
  const { code, stdout, stderr } = await at.run('unwatched', living, '--exit-code')
  assert.deepEqual([code, stdout, stderr], [0, '', `公开课 (${living}) was cancelled: nobody missed it.\n`])
  assert.equal((await at.run('unwatched', living, '--lang', 'zh')).stderr, `公开课 (${living})：已取消，没有人缺课。\n`)
})

test('whoever left before the start is missing, and the table says so', async () => {
  await using at = await asking()
  const { living, clock, watch } = at.school
  await watch('li', clock.now - 300, { leave_time: clock.now - 100 })
  const { stdout, stderr } = await at.run('report', living, '--lang', 'zh', '--format', 'csv')
  assert.match(stdout, /,li,.*开始前已离开/)
  assert.match(stderr, /应到 6 人，6 人未观看/)
})

test('unwatched lists by class, student or household, in Chinese or English', async () => {
  await using at = await asking()
  const { living } = at.school
  await at.school.watch('wu')
  const rows = async (by: string) => {
    const { stdout } = await at.run('unwatched', living, '--by', by, '--format', 'csv', '--lang', 'zh')
    return stdout.replace('\ufeff', '').trim().split('\r\n')
  }
  assert.deepEqual(await rows('class'), ['班级,应到,已看,未看', '三年级1班,4,1,3', "'=三年级2班,2,0,2"])
  assert.deepEqual(await rows('student'), [
    '班级,姓名,学生账号,学生未看,未看家长',
    '三年级1班,li,li,是,li_mum',
    "'=三年级2班,he,he,是,he_mum",
    '三年级1班,wu,wu,,wu_dad',
  ])
  assert.deepEqual(await rows('household'), ['班级,姓名,学生账号,家长账号', '三年级1班,li,li,li_mum', "'=三年级2班,he,he,he_mum"])
  const { stderr } = await at.run('unwatched', living, '--lang', 'zh')
  assert.equal(stderr, `公开课 (${living})：应到 6 人，5 人未观看；2 户家庭无人观看。\n`)
})

test('with a minimum, unwatched also lists who watched too little, with the reason too_short', async () => {
  await using at = await asking()
  const { school } = at
  await school.watch('li', school.clock.now, { leave_time: school.clock.now + 30 })
  await school.watch('wu', school.clock.now, { leave_time: school.clock.now + 90 })
  school.clock.now += 100
  const { stdout } = await at.run('unwatched', school.living, '--min-percent', '50', '--format', 'ndjson')
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(lines.length, 5)
  assert.deepEqual(lines.find((line) => line.student_userid === 'li' && !line.parent_userid)?.reason, 'too_short')
  assert.deepEqual(lines[0].classes, ['三年级1班'])
})

test('a workbook has a summary and one sheet per class, and a failed command leaves no file', async () => {
  await using at = await asking()
  const file = join(at.place.path, 'register.xlsx')
  const { code, stdout } = await at.run('report', at.school.living, '--output', file)
  assert.deepEqual([code, stdout], [0, ''])
  const { sheets } = await readXlsx(readFileSync(file))
  assert.deepEqual(
    sheets.map(({ name, rows }) => [name, rows.length]),
    [
      ['Summary', 10],
      ['三年级1班', 5],
      ['=三年级2班', 3],
    ],
  )
  assert.deepEqual(sheets[0]?.rows[1], ['all', 6, 0, 6, 6])
  assert.ok(sheets[0]?.rows.some(([label, at]) => label === 'began' && at instanceof Date))
  const failed = await at.run('report', 'nothing', '--output', join(at.place.path, 'none.xlsx'))
  assert.equal(failed.code, 1)
  assert.ok(!existsSync(join(at.place.path, 'none.xlsx')) && !existsSync(join(at.place.path, 'none.xlsx.part')))
})

test('watched, livings and report print their data on stdout and a sentence on stderr', async () => {
  await using at = await asking()
  const { living, clock } = at.school
  await at.school.watch('li', clock.now, { leave_time: clock.now + 60, is_comment: 1 })
  clock.now += 61
  const watched = await at.run('watched', living, '--format', 'json')
  const { living: about, entries } = JSON.parse(watched.stdout)
  assert.equal(about.theme, '公开课')
  assert.deepEqual([entries.length, entries[0].watch_time, entries[0].is_comment], [1, 60, 1])
  assert.match(watched.stderr, /1 of 6 expected have watched/)
  const livings = await at.run('livings', '--anchor', 'wang', '--format', 'ndjson')
  assert.deepEqual(
    livings.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).livingid),
    [living],
  )
  assert.equal(livings.stderr, 'wang has 1 lesson.\n')
  const report = await at.run('report', living)
  assert.match(report.stdout, /│ 三年级1班 +│ 4 +│ 1 +│ 3 +│/)
})

test('an error names the call, the errcode, its official meaning and what to do, and contains no secret', async () => {
  await using far = await startCannedServer({ '/v1/livings/L/report': [failure(48002, 'api forbidden')] })
  using place = folder()
  const env = {
    ...none,
    ROLLCALL_SECRET: 'top-secret',
    ROLLCALL_CORP: 'ww',
    ROLLCALL_BASE: far.base,
    ROLLCALL_CONFIG_FILE: join(place.path, 'a'),
  }
  const { code, stdout, stderr } = await rollcall(['unwatched', 'L'], { env })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^rollcall: report: 48002 API接口无权限调用: api forbidden\. an administrator must/)
  assert.doesNotMatch(stderr, /top-secret/)
})

test('login tries the secret and stores it in a file that only the owner can read; logout deletes the file', async () => {
  await using at = await asking()
  const file = at.env.ROLLCALL_CONFIG_FILE
  const env = { ...none, ROLLCALL_CONFIG_FILE: file }
  const login = (secret: string, ...args: string[]) =>
    rollcall(['login', '--base', at.school.base, '--corp', at.school.corpid, ...args], { env, input: `${secret}\n` })
  const wrong = await login('wrong')
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /40001/)
  assert.ok(!existsSync(file))
  const right = await login(at.school.app.secret)
  assert.equal(right.code, 0, right.stderr)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.ok(!`${right.stdout}${right.stderr}`.includes(at.school.app.secret))
  assert.equal((await rollcall(['unwatched', at.school.living], { env })).code, 0)
  chmodSync(file, 0o644)
  assert.match((await rollcall(['unwatched', at.school.living], { env })).stderr, /chmod 600/)
  chmodSync(file, 0o600)
  assert.equal((await rollcall(['logout'], { env })).code, 0)
  assert.ok(!existsSync(file))
  assert.match((await rollcall(['unwatched', at.school.living], { env })).stderr, /rollcall login/)
})
