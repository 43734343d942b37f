import { excuseViewers } from '../../attendance/excuse.ts'
import { familyPlaces, linesOf } from '../../attendance/roll/list.ts'
import { lessonOf } from '../lesson.ts'
import { type Answer, NotShown, type Visit } from '../visit.ts'
import { placeOf } from './timeline.ts'

/** Excuses those ticked, or the one whose button it was, or takes it back. Of a household everybody. */
export async function excuseForm(visit: Visit): Promise<Answer> {
  const { form, room, now, say, account } = visit
  const lesson = await lessonOf(visit)
  const { living, roll, view } = lesson
  const asked = form.has('one') ? [form.get('one') as string] : form.getAll('who').slice(0, 500)
  const places = asked.map((viewer_no) => placeOf(lesson, Number(viewer_no)))
  if (places.some((place) => place === undefined)) throw new NotShown(403)
  const chosen = places as number[]
  const all = form.get('read') === 'households' ? [...familyPlaces(roll, chosen).values()].flat() : chosen
  const lines = await linesOf(
    room.db,
    living,
    view,
    all.map((place) => roll.viewer_nos[place] as number),
  )
  const viewers = [...lines.values()].flatMap(({ shown: { student_userid, parent_userid } }) =>
    student_userid === undefined ? [] : [{ student_userid, ...(parent_userid !== undefined && { parent_userid }) }],
  )
  const undo = form.get('undo') === '1'
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const back = (form.get('back') ?? '').startsWith(path) ? (form.get('back') as string) : path
  if (viewers.length === 0) return { to: back }
  const said = undo
    ? { undo: 1 as const }
    : { reason: (form.get('reason') ?? '').trim().slice(0, 100) || say('whyDefault'), by: account.name }
  const { excused } = await excuseViewers(room.db, room.viewers, living, { livingid: living.livingid, viewers, ...said }, now)
  return { to: `${back}${back.includes('?') ? '&' : '?'}done=${undo ? 'undone' : 'excused'}&n=${excused}` }
}
