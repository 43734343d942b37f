import { createHash } from 'node:crypto'
import { createLiving } from '../living/create.ts'
import { endLiving, startLiving } from '../living/life.ts'
import { loadLiving } from '../living/living.ts'
import { classesHeadedBy, type Living } from '../living/store.ts'
import { classesWithin } from '../roster/party.ts'
import { type PartyRow, partiesOf } from '../roster/store_parties.ts'
import { FileError } from '../sheets/file_error.ts'
import type { Db } from '../store/db.ts'
import type { AttendanceFile } from './attendance_file.ts'
import type { Target } from './import.ts'

/** A living that is to be made of a file. */
export type NewLiving = {
  readonly corp: { readonly corp_no: number; readonly corpid: string }
  readonly agentid: number
  readonly anchor_userid: string
  /** the theme of the new living; default: the meeting's topic as the file gives it */
  readonly theme?: string | undefined
  /** parties of the range; default: the classes that name the anchor among their administrators */
  readonly party_ids?: readonly number[] | undefined
}

/** What a living of a file is called and when it was held, in unix seconds. */
type Plan = { readonly livingid: string; readonly theme: string; readonly start: number; readonly end: number }

const mostThemeCharacters = 20

/**
 * Plans a living with the times that the file says of the meeting, else from the first entry to the last exit. The same file, range and theme
 * come to the same livingid. Throws `FileError` where the file has neither times nor, without `theme`, a topic.
 */
export function planLiving(file: AttendanceFile, { corp, theme: given, anchor_userid, party_ids }: NewLiving): Plan {
  const times = file.visits.flatMap(({ enter, leave, duration = 0 }) =>
    enter === undefined ? [] : [[enter, leave ?? enter + duration] as const],
  )
  const first = times.reduce((least, [enter]) => Math.min(least, enter), Infinity)
  const last = times.reduce((greatest, [, leave]) => Math.max(greatest, leave), 0)
  const start = file.meeting.start ?? first
  const end = file.meeting.end ?? last
  if (!Number.isFinite(start) || end <= start)
    throw new FileError(
      'the file does not say when the lesson was held: create the lesson first, and import the file into it',
      '文件里没有上课时间：请先创建直播课，再把文件导入到这节课',
    )
  const theme = [...(given ?? file.meeting.topic ?? '')].slice(0, mostThemeCharacters).join('').trim()
  if (theme === '') throw new FileError('the file names no topic: say the theme of the lesson', '文件里没有主题：请指定直播课的主题')
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url')
  const made = digest(['attendance file', corp.corpid, theme, start, anchor_userid, ...(party_ids ?? [])].join('\n'))
  return { livingid: `lv${digest(corp.corpid).slice(0, 6)}AA${made.slice(0, 22)}`, theme, start, end }
}

/** What `makeLiving` would make: the living that is there already, else one with the classes that would be in its range. */
export async function livingToBe(db: Db, plan: Plan, asked: NewLiving): Promise<Target> {
  const { corp_no } = asked.corp
  const { livingid, start, end } = plan
  const living = await loadLiving(db, corp_no, livingid)
  if (living) return living
  const parties = await db.all<PartyRow>(partiesOf(corp_no))
  const range =
    asked.party_ids ?? (await db.all<{ party_id: number }>(classesHeadedBy(corp_no, asked.anchor_userid))).map(({ party_id }) => party_id)
  const party_ids = range.flatMap((party_id) => {
    const within = classesWithin(parties, party_id)
    if (!within) throw new FileError(`no department ${party_id}`, `没有部门 ${party_id}`)
    return within
  })
  return {
    corp_no,
    living_no: 0,
    livingid,
    reserve_start: start,
    reserve_living_duration: end - start,
    start_time: start,
    end_time: end,
    party_ids,
  }
}

/** Makes the living of a file, which has started and ended, unless it is there. Work that broke off is continued. Returns the living. */
export async function makeLiving(db: Db, { livingid, theme, start, end }: Plan, asked: NewLiving, now: number): Promise<Living> {
  const { corp, agentid, anchor_userid, party_ids } = asked
  const current = async () => (await loadLiving(db, corp.corp_no, livingid)) as Living
  if (!(await current())) {
    const living_range = party_ids && { living_range: { partyids: [...party_ids] } }
    await createLiving(
      db,
      { ...corp, agentid },
      { anchor_userid, theme, living_start: start, living_duration: end - start, ...living_range },
      now,
      livingid,
    )
  }
  if ((await current()).start_time === null) await startLiving(db, await current(), start, now)
  if ((await current()).end_time === null) await endLiving(db, await current(), end, now)
  return current()
}
