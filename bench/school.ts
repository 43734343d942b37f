import { addApp, addCorp, corpOf, sharedKey } from '../src/access/apps.ts'
import type { App } from '../src/access/token.ts'
import { createLiving } from '../src/living/create.ts'
import { startLiving } from '../src/living/life.ts'
import { loadLiving } from '../src/living/living.ts'
import { moveRoster, putMembers, putParents, putStudents, putViewers } from '../src/roster/store.ts'
import { insertParty } from '../src/roster/store_parties.ts'
import type { Db } from '../src/store/db.ts'
import { openDb } from '../src/store/open.ts'

/** A corp put in by bulk statements: pupils in classes of 50, two parents each, everybody follows the notices. */
export type School = { corpid: string; corp_no: number; agentid: number; secret: string; pupils: number; cursorKey: Buffer }

const classSize = 50
const firstClass = 100
/** Without locality, as real ids are: the order of ids is not the order of numbers. */
const scrambled = (no: number) => ((no * 2_654_435_761) % 2 ** 32).toString(36).padStart(7, '0')
export const studentId = (no: number) => `student.${scrambled(no)}`
export const parentId = (no: number) => `parent.${scrambled(no)}`

/** Viewers are numbered as they are written: each pupil, then the two parents. */
export const viewers = ({ pupils }: School) => pupils * 3
export function personNo(viewer_no: number) {
  const student_no = Math.ceil(viewer_no / 3)
  const place = (viewer_no - 1) % 3
  const student_userid = studentId(student_no)
  return place === 0 ? { student_userid } : { student_userid, parent_userid: parentId((student_no - 1) * 2 + place) }
}

export async function makeSchool(url: string, corpid: string, pupils: number): Promise<School> {
  const db = await openDb(url)
  try {
    await addCorp(db, { corpid }, unixNow(), (corp_no) => [
      insertParty(corp_no, party(1, 0, 5)),
      insertParty(corp_no, party(2, 1, 2)),
      ...classes(pupils).map((id) => insertParty(corp_no, party(id, 2, 1))),
    ])
    const { corp_no } = await corpOf(db, corpid)
    const { agentid, secret } = await addApp(db, { corpid, kind: 'self-built', grants: 'living_api,parent_app,contacts_edit' }, unixNow())
    for (let from = 1; from <= pupils; from += 5000) await enrol(db, corp_no, from, Math.min(from + 4999, pupils))
    await db.batch([moveRoster(corp_no, 0)])
    return { corpid, corp_no, agentid, secret, pupils, cursorKey: await sharedKey(db, 'cursor_key') }
  } finally {
    await db.close()
  }
}

/** A living of the whole school that has started; every viewer for whom `watched` is true is ticked. */
export async function makeLiving(url: string, school: School, watched?: (viewer_no: number) => boolean): Promise<string> {
  const db = await openDb(url)
  try {
    const app = { ...school, kind: 'self-built', name: '', grants: new Set(), legacy: false } as unknown as App
    const { livingid } = await createLiving(db, app, lesson(), unixNow())
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
  // without statistics PostgreSQL goes through the numbers for each line: minutes
  if (db.dialect === 'postgres') await db.all(sql`analyze attendance`)
  const ticked = Array.from({ length: viewers(school) }, (_, index) => index + 1).filter(watched)
  for (let from = 0; from < ticked.length; from += 20_000)
    await db.batch([
      sql`update attendance set watched = 1 where corp_no = ${corp_no} and living_no = ${living_no}
        and viewer_no in (select viewer_no from ${numbers('k', 'viewer_no', ticked.slice(from, from + 20_000))})`,
    ])
}

export const lesson = () => ({
  anchor_userid: 'wang',
  theme: 'bench',
  living_start: unixNow() - 600,
  living_duration: 36_000,
  living_range: { partyids: [2] },
})

export const unixNow = () => Math.floor(Date.now() / 1000)

const classes = (pupils: number) => Array.from({ length: Math.ceil(pupils / classSize) }, (_, index) => firstClass + index)

const party = (party_id: number, parentid: number, type: number) => ({
  party_id,
  parentid,
  type,
  name: `party ${party_id}`,
  register_year: null,
  standard_grade: null,
  ord: null,
})

async function enrol(db: Db, corp_no: number, from: number, to: number): Promise<void> {
  const nos = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const classOf = (no: number) => firstClass + Math.floor((no - 1) / classSize)
  const flags = { is_subscribe: 1, renamed: 0, active: 1 }
  const students = nos.map((student_no) => {
    const student_userid = studentId(student_no)
    const partyids = String(classOf(student_no))
    return { student_no, student_userid, student_key: student_userid, name: `pupil ${student_no}`, mobile: null, partyids, ...flags }
  })
  const parents = nos
    .flatMap((student_no) => [student_no * 2 - 1, student_no * 2])
    .map((parent_no) => {
      const parent_userid = parentId(parent_no)
      return { parent_no, parent_userid, parent_key: parent_userid, mobile: String(13_000_000_000 + parent_no), ...flags }
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
