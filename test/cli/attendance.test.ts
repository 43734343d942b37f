import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, rollcall } from './command.ts'

/** The command `rollcall attendance`: files are imported, and the people in them matched. */
const csv = [
  '会议主题,三年级公开课',
  '姓名,加入时间,离开时间',
  '李雷,2024/05/10 18:00:00,2024/05/10 18:40:00',
  '吴小明,2024/05/10 18:00:00,2024/05/10 18:40:00',
  '小李,2024/05/10 18:10:00,2024/05/10 18:20:00',
].join('\n')
const roster = '学号,姓名,班级,家长手机\nli,李雷,三年级/1班,13900000001\nwu1,吴小明,三年级/1班,\nwu2,吴小明,三年级/1班,\n'

async function aSchool() {
  const place = folder()
  const env = { ROLLCALL_DATABASE: place.database, LANG: 'en_GB.UTF-8', LC_ALL: '' }
  const write = (name: string, text: string) => {
    const file = join(place.path, name)
    writeFileSync(file, text)
    return file
  }
  await rollcall(['corp', 'add', 'wwschool'], { env })
  await rollcall(['app', 'add', '--corp', 'wwschool', '--kind', 'self-built', '--grant', 'living_api'], { env })
  await rollcall(['roster', 'import', write('roster.csv', roster), '--corp', 'wwschool'], { env })
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await rollcall(['attendance', ...args, '--corp', 'wwschool'], { env })
    return { code, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }
  return { place, env, write, run, [Symbol.dispose]: () => place[Symbol.dispose]() }
}

test('a lesson is made of a file, and who is not matched stands first, with the candidates', async () => {
  using school = await aSchool()
  const file = school.write('会议.csv', csv)
  const make = ['--make', '--anchor', 'wang', '--classes', '1']
  const tried = await school.run('import', file, ...make, '--dry-run')
  assert.deepEqual([tried.code, tried.report.dry_run, tried.report.written, tried.report.viewers], [0, true, false, 1])
  const { code, report, stderr } = await school.run('import', file, ...make)
  assert.deepEqual([code, report.written, report.viewers, report.visitors], [0, true, 1, 2])
  assert.deepEqual(report.unmatched, [{ identity: '小李', name: '小李' }])
  assert.deepEqual(
    report.ambiguous.map((asked: { name: string; candidates: { who: string; classes: string[] }[] }) => [
      asked.name,
      asked.candidates.map(({ who }) => who),
    ]),
    [['吴小明', ['wu1', 'wu2']]],
  )
  assert.match(stderr, /^not matched: 小李\nnot matched: 吴小明: may be wu1 \(吴小明, 1班\) or wu2 \(吴小明, 1班\)\n/)
  assert.match(stderr, /counted: 1 viewers, 2 visitors, of them 2 to be matched; 3 of 3 stays are new/)
  const again = await school.run('import', file, '--living', report.livingid)
  assert.deepEqual([again.code, again.report.written, again.report.new_stays], [0, false, 0])
})

test('an identity is matched by userid, listed until then, and a match is taken back', async () => {
  using school = await aSchool()
  const file = school.write('a.csv', csv)
  await school.run('import', file, '--make', '--anchor', 'wang', '--classes', '1', '--source', 'camera')
  const { report: asked } = await school.run('unmatched')
  assert.deepEqual(asked.map(({ source, identity }: { source: string; identity: string }) => `${source} ${identity}`).sort(), [
    'camera 吴小明',
    'camera 小李',
  ])
  assert.deepEqual((await school.run('match', 'camera', '吴小明', 'wu2')).report, {
    source: 'camera',
    identity: '吴小明',
    who: ['wu2'],
    registers: 1,
  })
  assert.equal((await school.run('match', 'camera', '小李', '--nobody')).code, 0)
  assert.deepEqual((await school.run('unmatched')).report, [])
  assert.deepEqual((await school.run('unmatch', 'camera', '吴小明')).report, { source: 'camera', identity: '吴小明', registers: 1 })
  assert.equal((await school.run('unmatched')).report.length, 1)
})

test('what is wrong with a file or a flag is said in a sentence, in the chosen language', async () => {
  using school = await aSchool()
  const own = school.write('own.csv', '谁,到\n李雷,2024/05/10 18:00\n')
  const file = school.write('a.csv', csv)
  const make = ['--make', '--anchor', 'wang', '--classes', '1']
  const mistakes: readonly (readonly [string[], RegExp])[] = [
    [['import', file], /expected --living <livingid>, or --make/],
    [['import', file, '--living', 'lvnone'], /--living: no such living, got "lvnone"/],
    [['import', file, '--make'], /--anchor: expected the userid of the teacher/],
    [['import', file, '--make', '--anchor', 'wang', '--classes', 'a'], /--classes: expected ids of departments/],
    [['import', own, ...make, '--theme', 'x'], /no columns found: expected one for the name/],
    [['import', own, ...make, '--theme', 'x', '--lang', 'zh'], /没有认出列/],
    [['import', own, ...make, '--map', 'name=谁,enter=到'], /the file names no topic: say the theme|does not say when/],
    [['match', 'zoom', 'x'], /expected who it is, or --nobody/],
    [['match', 'zoom', 'x', 'nobody'], /"nobody": expected the userid of a student or a parent/],
  ]
  for (const [args, message] of mistakes) {
    const { code, stderr, report } = await school.run(...args)
    assert.match(stderr, message, args.join(' '))
    assert.deepEqual([code, report], [1, undefined], args.join(' '))
  }
})
