import type { Reading } from '../../attendance/roll/counts.ts'
import { type Html, html, link, nothing } from '../html.ts'
import { tokenField } from '../layout.ts'
import type { Entry, Lesson } from '../lesson.ts'
import type { Text } from '../texts.ts'
import type { Guest, Visit } from '../visit.ts'

type Line = Entry['line']

/** A list of people with class, reason and the parents' line, as one form, so that several can be excused at once. */
export function listOf(visit: Visit, lesson: Lesson, reading: Reading, show: string, entries: readonly Entry[]): Html {
  const { say, path, query } = visit
  const canExcuse = ['missing', 'too_short', 'replay_only'].includes(show)
  const canUndo = show === 'excused'
  const back = link(path, { ...Object.fromEntries(query), part: undefined, done: undefined, n: undefined })
  const rows = entries.map((entry) => row(visit, lesson, reading, canExcuse, canUndo, entry))
  if (!canExcuse && !canUndo) return html`<ul class="people">${rows}</ul>`
  return html`<form method="post" action="/livings/${encodeURIComponent(lesson.living.livingid)}/excuse">${tokenField(visit)}<input type="hidden" name="back" value="${back}"><input type="hidden" name="read" value="${reading}">${canUndo && html`<input type="hidden" name="undo" value="1">`}
<ul class="people">${rows}</ul>
${canExcuse && html`<div class="act"><label class="field grow"><span>${say('why')}</span><input name="reason" maxlength="100" placeholder="${say('whyDefault')}"></label><button>${say('excuseSelected')}</button></div>`}</form>`
}

function row(visit: Visit, lesson: Lesson, reading: Reading, canExcuse: boolean, canUndo: boolean, { line, family }: Entry): Html {
  const { say, sight } = visit
  const { shown, viewer_no } = line
  const classes = shown.partyids
    .filter((party_id) => !lesson.scope || lesson.scope.has(party_id))
    .map((party_id) => sight.names.get(party_id) ?? party_id)
  const name = reading === 'parents' && shown.parent_userid !== undefined ? `${shown.name} ${shown.relation ?? say('parent')}` : shown.name
  const who = link(`/livings/${encodeURIComponent(lesson.living.livingid)}/timeline`, {
    viewer: viewer_no,
    min: lesson.minimum || undefined,
  })
  return html`<li id="v${viewer_no}">${canExcuse && html`<input type="checkbox" name="who" value="${viewer_no}" aria-label="${say('select', { name })}">`}
<span class="name">${shown.student_userid === undefined ? name : html`<a href="/pupils/${encodeURIComponent(shown.student_userid)}">${name}</a>`}<small>${shown.parent_userid !== undefined && reading === 'parents' ? shown.parent_userid : shown.student_userid}</small></span>
<span class="of">${classes.slice(0, 4).join(' · ')}</span>
<span class="reason">${reading === 'households' || !lesson.isHeld ? nothing : html`<a href="${who}" data-expand>${reasonText(visit, line)}</a>`}${shown.excused && html`<small>${shown.excused.reason} · ${say('excusedBy', { by: shown.excused.by, at: visit.times.moment(shown.excused.at) })}</small>`}</span>
<span class="family">${reading === 'parents' || !lesson.isHeld ? nothing : familyText(visit, family)}</span>
${(canExcuse || canUndo) && html`<button class="plain" name="one" value="${viewer_no}" aria-label="${say(canUndo ? 'undo' : 'excuse')} ${name}">${say(canUndo ? 'undo' : 'excuse')}</button>`}</li>`
}

export function reasonText({ say, times }: Guest, { shown }: Line): string {
  if (shown.reason === 'too_short' || shown.reason === 'watched') return say('too_short', { time: times.length(shown.watch_time) })
  return say(shown.reason as Text)
}

/** 妈妈已看 · 爸爸未关注 */
export function familyText({ say }: Guest, family: readonly Line[]): Html {
  const parents = family.filter(({ shown }) => shown.parent_userid !== undefined)
  if (parents.length === 0) return html`<small>${say('noParents')}</small>`
  return html`${parents.map(({ shown, watching }) => {
    const text =
      shown.reason === 'watched' || watching
        ? 'parentWatched'
        : shown.reason === 'not_subscribed'
          ? 'parentSilent'
          : shown.reason === 'excused'
            ? 'parentExcused'
            : 'parentMissing'
    return html`<span class="tag ${text}">${say(text, { relation: shown.relation || say('parent') })}</span>`
  })}`
}
