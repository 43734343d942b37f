import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { send, tokenOf } from '../http/raw.ts'
import { folder, rollcall, rollcallJson, serve } from './command.ts'

/** The commands `rollcall roster import` and `rollcall roster template`. */
test('the template can be imported after a dry run, and a second import changes nothing', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database, LANG: 'zh_CN.UTF-8', LC_ALL: '' }
  const file = join(place.path, '名册.csv')
  await rollcall(['corp', 'add', 'wwschool'], { env })
  const template = await rollcall(['roster', 'template', '--lang', 'zh'], { env })
  assert.match(template.stdout, /^\ufeff学号,姓名,年级,班级,关注,家长1手机/)
  writeFileSync(file, template.stdout)
  const tried = await rollcall(['roster', 'import', file, '--corp', 'wwschool', '--dry-run'], { env })
  assert.deepEqual([tried.code, JSON.parse(tried.stdout).written, JSON.parse(tried.stdout).students.created], [0, false, 2])
  assert.match(tried.stderr, /^would change: pupils 2 new/)
  const done = await rollcall(['roster', 'import', file, '--corp', 'wwschool'], { env })
  const { corpid, file: named, dry_run, written, students, parents, bad_rows } = JSON.parse(done.stdout)
  assert.deepEqual(
    [corpid, named, dry_run, written, students.created, parents.created, bad_rows],
    ['wwschool', file, false, true, 2, 3, []],
  )
  assert.equal(done.stdout.trimEnd().split('\n').length, 1)
  const again = await rollcall(['roster', 'import', file, '--corp', 'wwschool'], { env })
  assert.deepEqual([again.code, JSON.parse(again.stdout).written], [0, false])
})

test('the template is written as a workbook, and never overwrites a file', async () => {
  using place = folder()
  const file = join(place.path, 'roster.xlsx')
  assert.equal((await rollcall(['roster', 'template', '--output', file])).code, 0)
  assert.equal(readFileSync(file).subarray(0, 2).toString(), 'PK')
  const second = await rollcall(['roster', 'template', '--output', file])
  assert.deepEqual([second.code, second.stdout], [1, ''])
  assert.match(second.stderr, /EEXIST/)
})

test('bad rows cause exit code 1, and are listed on stderr and in the report in the chosen language', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database }
  const file = join(place.path, 'a.csv')
  await rollcall(['corp', 'add', 'wwschool'], { env })
  writeFileSync(file, '学号,姓名,班级\n1,张小三,三年级1班\n2,,三年级1班\n')
  const failed = await rollcall(['roster', 'import', file, '--corp', 'wwschool', '--lang', 'zh'], { env })
  const report = JSON.parse(failed.stdout)
  assert.deepEqual([failed.code, report.written, report.stopped], [1, false, 'bad_rows'])
  assert.deepEqual(report.bad_rows, [{ line: 3, column: '姓名', reason: '没有姓名' }])
  assert.match(failed.stderr, /line 3, 姓名: 没有姓名\n1 bad rows: nothing is imported/)
  const skipped = await rollcall(['roster', 'import', file, '--corp', 'wwschool', '--skip-bad-rows', '--lang', 'en'], { env })
  assert.deepEqual([skipped.code, JSON.parse(skipped.stdout).students.created], [0, 1])
})

test('removing more than 5 % of the people needs the number of removals as confirmation', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database }
  const write = (name: string, count: number) => {
    const file = join(place.path, name)
    const rows = Array.from({ length: count }, (_, no) => `s${no},学生${no},三年级1班\n`)
    writeFileSync(file, `学号,姓名,班级\n${rows.join('')}`)
    return file
  }
  await rollcall(['corp', 'add', 'wwschool'], { env })
  const run = (file: string, ...more: string[]) => rollcall(['roster', 'import', file, '--corp', 'wwschool', ...more], { env })
  await run(write('all.csv', 20))
  const half = write('half.csv', 10)
  assert.equal(JSON.parse((await run(half)).stdout).students.removed, 0)
  const stopped = await run(half, '--remove-missing')
  assert.deepEqual([stopped.code, JSON.parse(stopped.stdout).stopped], [1, 'removals'])
  assert.match(stopped.stderr, /not in the file: 10 of 20 \(50 %\) pupils, 0 of 0 \(0 %\) parents/)
  assert.match(stopped.stderr, /add --confirm-removal 10/)
  const done = await run(half, '--remove-missing', '--confirm-removal', '10')
  assert.deepEqual([done.code, JSON.parse(done.stdout).students.removed], [0, 10])
})

test('a file that is no roster, or an unknown corp, is explained on stderr with an empty stdout', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database }
  await rollcall(['corp', 'add', 'wwschool'], { env })
  const file = join(place.path, 'a.csv')
  writeFileSync(file, 'a,b\n1,2\n')
  const mistakes: Record<string, RegExp> = {
    [`roster import ${file} --corp wwschool`]: /no headers found: expected 姓名/,
    [`roster import ${file} --corp wwnobody`]: /no corp "wwnobody"/,
    [`roster import ${file}.gone --corp wwschool`]: /ENOENT/,
    [`roster import ${file}`]: /required option '--corp <corpid>'/,
  }
  for (const [line, message] of Object.entries(mistakes)) {
    const { code, stdout, stderr } = await rollcall(line.split(' '), { env })
    assert.match(stderr, message, line)
    assert.deepEqual([code, stdout], [1, ''], line)
  }
})

test('a running server answers with an imported roster at once', async () => {
  using place = folder()
  const on = ['--database', place.database]
  await using server = await serve(on)
  await rollcallJson('corp', 'add', 'wwschool', ...on)
  const grants = ['--grant', 'contacts_read']
  const app = await rollcallJson<{ corpid: string; secret: string }>(
    'app',
    'add',
    '--corp',
    'wwschool',
    '--kind',
    'self-built',
    ...grants,
    ...on,
  )
  const file = join(place.path, 'a.csv')
  writeFileSync(file, '学号,姓名,班级,家长手机\n20260101,张小三,三年级1班,13900000001\n')
  await rollcallJson('roster', 'import', file, '--corp', 'wwschool', ...on)
  const token = await tokenOf(server.url, app)
  const { answer } = await send(server.url, `/cgi-bin/school/user/get?access_token=${token}&userid=20260101`, { method: 'GET' })
  const { student } = answer as unknown as { student: { name: string; parents: { mobile: string }[] } }
  assert.deepEqual([student.name, student.parents[0]?.mobile], ['张小三', '13900000001'])
})
