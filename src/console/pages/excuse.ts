import { excuseViewers } from '../../attendance/excuse.ts'
import { householdIndexes } from '../../attendance/roll/list.ts'
import { livingViewOf } from '../living_view.ts'
import { type Answer, localPath, PageError, type SignedInRequest } from '../page_request.ts'
import { indexInRoll } from './timeline.ts'

/** Checkboxes read of a form; a page has fewer. */
const mostBoxes = 500
const longestReason = 100

/**
 * Excuses the viewers whose checkboxes are checked, or the viewer whose button was pressed, or undoes their excuse. On the list of
 * households it excuses every member of a household. Throws a PageError 403 if the account may not see one of the viewers.
 */
export async function excuseForm(request: SignedInRequest): Promise<Answer> {
  const { form, serving, now, say, account } = request
  const livingView = await livingViewOf(request)
  const { living, roll } = livingView
  const selected = form.has('one') ? [form.get('one') as string] : form.getAll('who').slice(0, mostBoxes)
  const indexes = selected.map((viewer_no) => {
    const index = indexInRoll(livingView, Number(viewer_no))
    if (index === undefined) throw new PageError(403)
    return index
  })
  const allIndexes = form.get('read') === 'households' ? [...householdIndexes(roll, indexes).values()].flat() : indexes
  // a negative viewer number is a visitor's: nobody expects visitors, so they cannot be excused
  const viewer_nos = allIndexes.map((index) => roll.viewer_nos[index] as number).filter((viewer_no) => viewer_no > 0)
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const asked = localPath(form.get('back'), path)
  const back = asked.startsWith(path) ? asked : path
  if (viewer_nos.length === 0) return { redirectTo: back }

  const isUndo = form.get('undo') === '1'
  const reason = (form.get('reason') ?? '').trim().slice(0, longestReason) || say('whyDefault')
  const excused = await excuseViewers(serving.db, living, viewer_nos, isUndo ? null : { reason, by: account.name }, now)
  return { redirectTo: `${back}${back.includes('?') ? '&' : '?'}done=${isUndo ? 'undone' : 'excused'}&n=${excused.size}` }
}
