import type { Reading } from '../../attendance/roll/counts.ts'
import { type Html, html, nothing, pathWithQuery } from '../html.ts'
import { csrfField } from '../layout.ts'
import { nameOf, parentTags, reasonText } from '../line_texts.ts'
import type { ListedLine } from '../living_list.ts'
import { type LivingView, readingNames } from '../living_view.ts'
import type { SignedInRequest } from '../page_request.ts'

/**
 * A list of viewers with class, reason, and whether the parents watched. The list is one form, so that several viewers can be excused at
 * once. `show` is the list's name in the query.
 */
export function listOf(
  request: SignedInRequest,
  livingView: LivingView,
  reading: Reading,
  show: string,
  listedLines: readonly ListedLine[],
): Html {
  const { say, path, query } = request
  const canExcuse = ['missing', 'too_short', 'replay_only'].includes(show)
  const canUndo = show === 'excused'
  const back = pathWithQuery(path, { ...Object.fromEntries(query), part: undefined, done: undefined, n: undefined })
  const rows = listedLines.map((listedLine) => row(request, livingView, reading, canExcuse, canUndo, listedLine))
  if (!canExcuse && !canUndo) return html`<ul class="people">${rows}</ul>`
  return html`<form method="post" action="/livings/${encodeURIComponent(livingView.living.livingid)}/excuse">${csrfField(request)}<input type="hidden" name="back" value="${back}"><input type="hidden" name="read" value="${readingNames[reading]}">${canUndo && html`<input type="hidden" name="undo" value="1">`}
<ul class="people">${rows}</ul>
${canExcuse && html`<div class="act"><label class="field grow"><span>${say('why')}</span><input name="reason" maxlength="100" placeholder="${say('whyDefault')}"></label><button>${say('excuseSelected')}</button></div>`}</form>`
}

function row(
  request: SignedInRequest,
  livingView: LivingView,
  reading: Reading,
  canExcuse: boolean,
  canUndo: boolean,
  { line, householdLines }: ListedLine,
): Html {
  const { say, visibility } = request
  const { shown, viewer_no } = line
  const classes = shown.partyids
    .filter((party_id) => !livingView.visibleClasses || livingView.visibleClasses.has(party_id))
    .map((party_id) => visibility.partyNames.get(party_id) ?? party_id)
  const name = nameOf(request, reading, line)
  const timelineUrl = pathWithQuery(`/livings/${encodeURIComponent(livingView.living.livingid)}/timeline`, {
    viewer: viewer_no,
    min: livingView.minimum || undefined,
  })
  return html`<li id="v${viewer_no}">${canExcuse && html`<input type="checkbox" name="who" value="${viewer_no}" aria-label="${say('select', { name })}">`}
<span class="name">${shown.student_userid === undefined ? name : html`<a href="/pupils/${encodeURIComponent(shown.student_userid)}">${name}</a>`}<small>${shown.parent_userid !== undefined && reading === 'parents' ? shown.parent_userid : shown.student_userid}</small></span>
<span class="of">${classes.slice(0, 4).join(' · ')}</span>
<span class="reason">${reading === 'households' || !livingView.isHeld ? nothing : html`<a href="${timelineUrl}" data-expand>${reasonText(request, line)}</a>`}${shown.excused && html`<small>${shown.excused.reason} · ${say('excusedBy', { by: shown.excused.by, at: request.times.moment(shown.excused.at) })}</small>`}</span>
<span class="family">${reading === 'parents' || !livingView.isHeld ? nothing : parentTags(request, householdLines)}</span>
${(canExcuse || canUndo) && html`<button class="plain" name="one" value="${viewer_no}" aria-label="${say(canUndo ? 'undo' : 'excuse')} ${name}">${say(canUndo ? 'undo' : 'excuse')}</button>`}</li>`
}
