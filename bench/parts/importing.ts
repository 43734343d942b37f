import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { addCorp } from '../../src/access/apps.ts'
import { rootParty } from '../../src/roster/party.ts'
import { openDb } from '../../src/store/open.ts'
import type { Bench } from '../bench.ts'
import { absolute, type Figure } from '../figures.ts'
import { startRollcall, tokenOf } from '../processes.ts'
import { makeLiving, makeSchool, unixNow } from '../school.ts'
import { reportsOfTen } from './presence.ts'

const studentCount = 100_000
const run = promisify(execFile)
const bin = new URL('../../bin/rollcall.js', import.meta.url).pathname

/**
 * Imports 100,000 students with 200,000 parents by command, while a server on the same database file takes the presence of another
 * school. One round only, because it takes long.
 */
export async function importing({ folder, url, load }: Bench): Promise<Figure[]> {
  const school = await makeSchool(url, 'wwlesson', 3000)
  const livingid = await makeLiving(url, school)
  const corpid = 'wwimporting'
  const db = await openDb(url)
  await addCorp(db, { corpid }, unixNow(), (corp_no, name) => [rootParty(corp_no, name)])
  await db.close()
  const file = join(folder, 'roster.csv')
  writeFileSync(file, rosterCsv())
  const ours = await startRollcall(folder, url)
  const path = `/v1/livings/${livingid}/presence?${await tokenOf(ours.port, school)}`
  const bodies = reportsOfTen()
  const presence = (until: number) => load({ port: ours.port, path, bodies, connections: 2, until, pause: 10 })
  const resting = await presence(3000)
  const meanwhile = presence(20_000)
  const first = await seconds(file, corpid, url)
  const { p99, most } = await meanwhile
  const again = await seconds(file, corpid, url)
  await ours.stop()
  return [
    { name: '100,000 pupils and 200,000 parents by command', of: 's', rounds: [first], goal: { atMost: 60 }, absolute: '' },
    { name: 'the same file again, which changes nothing', of: 's', rounds: [again], absolute: '' },
    {
      name: 'presence of 10 stays meanwhile, p99',
      of: 'ms',
      rounds: [p99],
      absolute: absolute('ms', { meanwhile: [p99], 'the slowest': [most], resting: [resting.p99] }),
    },
  ]
}

/** Imports the file by command. Returns the seconds. */
async function seconds(file: string, corpid: string, url: string): Promise<number> {
  const began = performance.now()
  await run(process.execPath, [bin, 'roster', 'import', file, '--corp', corpid, '--database', url], { maxBuffer: 2 ** 26 })
  return (performance.now() - began) / 1000
}

/** A roster as CSV: classes of 45 in six grades, two parents per student, identified by their mobiles. */
function rosterCsv(): string {
  const grades = ['一年级', '二年级', '三年级', '四年级', '五年级', '六年级']
  const rows = Array.from({ length: studentCount }, (_, no) => {
    const place = Math.floor(no / 45)
    const mobile = String(no).padStart(8, '0')
    return `${20_260_000_000 + no},学生${no},${grades[place % 6]},${Math.floor(place / 6) + 1}班,139${mobile},妈妈,138${mobile},爸爸\n`
  })
  return `学号,姓名,年级,班级,家长1手机,家长1关系,家长2手机,家长2关系\n${rows.join('')}`
}
