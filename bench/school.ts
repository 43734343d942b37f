import { addApp, addCorp, corpOf, sharedKey } from '../src/access/apps.ts'
import type { App } from '../src/access/token.ts'
import { createLiving } from '../src/living/create.ts'
import { startLiving } from '../src/living/life.ts'
import { loadLiving } from '../src/living/living.ts'
import { mobileColumns } from '../src/roster/mobiles.ts'
import { moveRoster } from '../src/roster/store.ts'
import { putViewers } from '../src/roster/store_households.ts'
import { putParents } from '../src/roster/store_parents.ts'
import { insertParty } from '../src/roster/store_parties.ts'
import { putMembers, putStudents } from '../src/roster/store_students.ts'
import type { Db } from '../src/store/db.ts'
import { openDb } from '../src/store/open.ts'
import { openSecrets } from '../src/store/seal_all.ts'

/** A corp inserted by bulk statements: students in classes of 50, with two parents each, all of them subscribed. */
export type School = { corpid: string; corp_no: number; agentid: number; secret: string; studentCount: number; cursorKey: Buffer }

const classSize = 50
const firstClass = 100
/** Ids in an order other than that of the numbers, as real ids are: neighbouring viewers have no neighbouring ids. */
const scrambled = (no: number) => ((no * 2_654_435_761) % 2 ** 32).toString(36).padStart(7, '0')
export const studentId = (no: number) => `student.${scrambled(no)}`
export const parentId = (no: number) => `parent.${scrambled(no)}`

/** The number of viewers. They are numbered household by household: a student, then the two parents. */
export const viewerCount = ({ studentCount }: School) => studentCount * 3

/** The userids of a viewer, as presence names people. */
export function personNo(viewer_no: number) {
  const student_no = Math.ceil(viewer_no / 3)
  const place = (viewer_no - 1) % 3
  const student_userid = studentId(student_no)
  return place === 0 ? { student_userid } : { student_userid, parent_userid: parentId((student_no - 1) * 2 + place) }
}

/** Makes a corp with an app and so many students. */
export async function makeSchool(url: string, corpid: string, studentCount: number): Promise<School> {
  const db = await openDb(url)
  try {
    await addCorp(db, { corpid }, unixNow(), (corp_no) => [
      insertParty(corp_no, party(1, 0, 5)),
      insertParty(corp_no, party(2, 1, 2)),
      ...classIds(studentCount).map((id) => insertParty(corp_no, party(id, 2, 1))),
    ])
    const { corp_no } = await corpOf(db, corpid)
    const { agentid, secret } = await addApp(db, { corpid, kind: 'self-built', grants: 'living_api,parent_app,contacts_edit' }, unixNow())
    for (let from = 1; from <= studentCount; from += 5000) await enrol(db, corp_no, from, Math.min(from + 4999, studentCount))
    await db.batch([moveRoster(corp_no, 0)])
    return { corpid, corp_no, agentid, secret, studentCount, cursorKey: await sharedKey(db, await openSecrets(db, url), 'cursor_key') }
  } finally {
    await db.close()
  }
}

/** Starts a living of the whole school, and ticks every viewer for whom `watched` is true. Returns the livingid. */
export async function makeLiving(url: string, school: School, watched?: (viewer_no: number) => boolean): Promise<string> {
  const db = await openDb(url)
  try {
    const app = { ...school, kind: 'self-built', name: '', grants: new Set(), legacy: false } as unknown as App
    const { livingid } = await createLiving(db, app, newLiving(), unixNow())
    const living = await loadLiving(db, school.corp_no, livingid)
    if (!living) throw new Error('the living is not there')
    await startLiving(db, living, undefined, unixNow())
    if (watched) await tickLines(db, living, school, watched)
    return livingid
  } finally {
    await db.close()
  }
}

async function tickLines(
  db: Db,
  { corp_no, living_no }: { corp_no: number; living_no: number },
  school: School,
  watched: (no: number) => boolean,
) {
  const { numbers, sql } = await import('../src/store/sql.ts')
  // without statistics PostgreSQL scans the list of numbers for each line, which takes minutes
  if (db.dialect === 'postgres') await db.all(sql`analyze attendance`)
  const ticked = Array.from({ length: viewerCount(school) }, (_, index) => index + 1).filter(watched)
  for (let from = 0; from < ticked.length; from += 20_000)
    await db.batch([
      sql`update attendance set watched = 1 where corp_no = ${corp_no} and living_no = ${living_no}
        and viewer_no in (select viewer_no from ${numbers('k', 'viewer_no', ticked.slice(from, from + 20_000))})`,
    ])
}

/** A request to create a living of the whole school that has begun 10 minutes ago. */
export const newLiving = () => ({
  anchor_userid: 'wang',
  theme: 'bench',
  living_start: unixNow() - 600,
  living_duration: 36_000,
  living_range: { partyids: [2] },
})

export const unixNow = () => Math.floor(Date.now() / 1000)

const classIds = (studentCount: number) => Array.from({ length: Math.ceil(studentCount / classSize) }, (_, index) => firstClass + index)

const party = (party_id: number, parentid: number, type: number) => ({
  party_id,
  parentid,
  type,
  name: `party ${party_id}`,
  register_year: null,
  standard_grade: null,
  ord: null,
})

/** Inserts the students with these numbers, and their parents. */
async function enrol(db: Db, corp_no: number, from: number, to: number): Promise<void> {
  const nos = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const classOf = (no: number) => firstClass + Math.floor((no - 1) / classSize)
  const flags = { is_subscribe: 1, renamed: 0, active: 1 }
  const students = nos.map((student_no) => {
    const student_userid = studentId(student_no)
    const partyids = String(classOf(student_no))
    return {
      student_no,
      student_userid,
      student_key: student_userid,
      name: `student ${student_no}`,
      ...mobileColumns(null),
      partyids,
      ...flags,
    }
  })
  const parents = nos
    .flatMap((student_no) => [student_no * 2 - 1, student_no * 2])
    .map((parent_no) => {
      const parent_userid = parentId(parent_no)
      return { parent_no, parent_userid, parent_key: parent_userid, ...mobileColumns(String(13_000_000_000 + parent_no)), ...flags }
    })
  const theirs = nos.flatMap((student_no) =>
    [0, student_no * 2 - 1, student_no * 2].map((parent_no, place) => ({
      viewer_no: (student_no - 1) * 3 + place + 1,
      student_no,
      parent_no,
      relation: place ? '家长' : '',
      active: 1,
    })),
  )
  await db.batch([
    putStudents(corp_no, students),
    ...putMembers(
      corp_no,
      nos,
      nos.map((no) => [classOf(no), no] as const),
    ),
    putParents(corp_no, parents),
    putViewers(corp_no, theirs),
  ])
}
