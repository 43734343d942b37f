import { excuseViewers } from '../../attendance/excuse.ts'
import { householdIndexes } from '../../attendance/roll/list.ts'
import { lessonOf } from '../lesson.ts'
import { type Answer, NotShown, type Visit } from '../visit.ts'
import { placeOf } from './timeline.ts'

/** Boxes read at most: more than a page has. */
const mostBoxes = 500
const reasonLength = 100

/**
 * Excuses the viewers whose boxes are ticked, or the one whose button was pressed, or takes the excuse back. In the reading by household
 * everybody of the household. 403 where one of them is not of a class that the account may see.
 */
export async function excuseForm(visit: Visit): Promise<Answer> {
  const { form, room, now, say, account } = visit
  const lesson = await lessonOf(visit)
  const { living, roll } = lesson
  const asked = form.has('one') ? [form.get('one') as string] : form.getAll('who').slice(0, mostBoxes)
  const indexes = asked.map((viewer_no) => {
    const index = placeOf(lesson, Number(viewer_no))
    if (index === undefined) throw new NotShown(403)
    return index
  })
  const all = form.get('read') === 'households' ? [...householdIndexes(roll, indexes).values()].flat() : indexes
  // visitors are not on the roster, and nobody expects them
  const viewer_nos = all.map((index) => roll.viewer_nos[index] as number).filter((viewer_no) => viewer_no > 0)
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const back = (form.get('back') ?? '').startsWith(path) ? (form.get('back') as string) : path
  if (viewer_nos.length === 0) return { to: back }

  const isUndo = form.get('undo') === '1'
  const reason = (form.get('reason') ?? '').trim().slice(0, reasonLength) || say('whyDefault')
  const excused = await excuseViewers(room.db, living, viewer_nos, isUndo ? null : { reason, by: account.name }, now)
  return { to: `${back}${back.includes('?') ? '&' : '?'}done=${isUndo ? 'undone' : 'excused'}&n=${excused.size}` }
}
