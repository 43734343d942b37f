import { createHash, randomBytes } from 'node:crypto'
import type { App } from '../access/token.ts'
import { tellLiving } from '../events/tell.ts'
import { newRegister, openLines, showRegister, studentsInRange } from '../register/open.ts'
import { newRange } from '../register/range.ts'
import { classesWithin } from '../roster/party.ts'
import { holdRoster, rosterVersion } from '../roster/store.ts'
import { type PartyRow, partiesOf } from '../roster/store_parties.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { classesHeadedBy, insertLiving, lastLivingNo, livingNoById, nextLivingNo, state } from './store.ts'

type NewLiving = Input<Table['livingCreate']>

/** Students whose lines are written in one batch: their 1,500 lines keep the writer busy for some 12 ms, and other writes wait no longer. */
const studentsAtOnce = 500

/**
 * `living/create` (WeCom page 93637): creates a living and opens its register before anybody can find it. The living and its range are
 * written first, so that every roster change from then on keeps its lines current; then the lines, some hundred students a batch; at last
 * the living is made visible. An opening that breaks off is deleted by `settleAll`.
 *
 * @param livingid given for the demo school, and for a living that is made of an attendance file
 * @throws 60123 where a party of the range does not exist
 */
export async function createLiving(
  db: Db,
  app: Pick<App, 'corp_no' | 'corpid' | 'agentid'>,
  asked: NewLiving,
  now: number,
  livingid = newLivingid(app.corpid),
): Promise<{ livingid: string }> {
  const { corp_no } = app
  const { activity_cover_mediaid, activity_share_mediaid, activity_detail } = asked
  const living = {
    livingid,
    agentid: app.agentid,
    anchor_userid: asked.anchor_userid,
    theme: asked.theme,
    description: asked.description ?? '',
    type: asked.type ?? 0,
    remind_time: asked.remind_time ?? 0,
    activity: JSON.stringify({ activity_cover_mediaid, activity_share_mediaid, activity_detail }),
    reserve_start: asked.living_start,
    reserve_living_duration: asked.living_duration,
    created_at: now,
  }
  await retryOnConflict(async () => {
    const [corp] = await db.all<{ roster_version: number }>(rosterVersion(corp_no))
    const { range, classes } = await rangeOf(db, corp_no, asked)
    await db.batch([
      must(nextLivingNo(corp_no, corp?.roster_version ?? 0)),
      insertLiving(corp_no, living),
      newRegister(corp_no, lastLivingNo(corp_no)),
      ...newRange(corp_no, lastLivingNo(corp_no), range, classes),
    ])
  })
  const [{ living_no } = { living_no: 0 }] = await db.all<{ living_no: number }>(livingNoById(corp_no, livingid))
  const students = await db.all<{ student_no: number }>(studentsInRange(corp_no, living_no))
  for (let from = 0; from < students.length; from += studentsAtOnce) {
    const some = students.slice(from, from + studentsAtOnce).map((row) => row.student_no)
    await db.batch([holdRoster(corp_no), ...openLines(corp_no, living_no, some, now)])
  }
  await db.batch([...tellLiving({ ...living, corp_no }, state.reserved, now), showRegister(corp_no, living_no)])
  return { livingid }
}

/** The parties asked for, and the classes among and under them; without `living_range` the classes whose `department_admins` name the anchor. */
async function rangeOf(db: Db, corp_no: number, { living_range, anchor_userid }: NewLiving) {
  if (!living_range) {
    const headed = await db.all<{ party_id: number }>(classesHeadedBy(corp_no, anchor_userid))
    const classes = headed.map((row) => row.party_id)
    return { range: classes, classes }
  }
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const range = [...new Set(living_range.partyids)]
  const classes = new Set<number>()
  for (const id of range) {
    const within = classesWithin(parties, id)
    if (!within) throw new WireError('bad_department', `living_range.partyids: no department ${id}`)
    for (const class_id of within) classes.add(class_id)
  }
  return { range, classes: [...classes] }
}

/** 32 characters, as WeCom's have: "lv", 6 made from the corpid, "AA", 22 random ones. */
const newLivingid = (corpid: string) =>
  `lv${createHash('sha256').update(corpid).digest('base64url').slice(0, 6)}AA${randomBytes(16).toString('base64url')}`
