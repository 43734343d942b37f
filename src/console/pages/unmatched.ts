import { matchIdentity, unmatchIdentity } from '../../identity/match.ts'
import { type ShownViewer, showViewers } from '../../identity/shown.ts'
import type { Range } from '../../identity/store_people.ts'
import { type Unmatched, unmatchedIdentities } from '../../identity/unmatched.ts'
import { checkIsSeenIn, livingToImportInto, mayChooseIn, rangeOf } from '../attendance_access.ts'
import { type Html, html, nothing } from '../html.ts'
import { buttonForm, csrfField, empty, notice, page } from '../layout.ts'
import { type Answer, PageError, requireAdministrator, type SignedInRequest } from '../page_request.ts'
import { candidateText, suggestedIn, suggestions, viewersTyped, whoField } from '../who_field.ts'

/** The identities of the school that nobody has matched, for administrators. */
export const unmatchedPage = async (request: SignedInRequest): Promise<Answer> => ({ page: await schoolView(request, nothing) })

/** Matches an identity of the school, or takes a match back. */
export async function unmatchedForm(request: SignedInRequest): Promise<Answer> {
  requireAdministrator(request)
  const { message, status } = await matchAsked(request, { corp_no: request.account.corp_no, living_no: 0 }, '/unmatched', () => true)
  return { page: await schoolView(request, message), ...(status && { status }) }
}

async function schoolView(request: SignedInRequest, message: Html): Promise<Html> {
  requireAdministrator(request)
  const { say, account, serving } = request
  const asked = await unmatchedIdentities(serving.db, account.corp_no)
  const body = html`<h1 class="page-title">${say('unmatched')}</h1>${message}${await unmatchedList(request, asked, { corp_no: account.corp_no, living_no: 0 }, '/unmatched')}`
  return page(request, { title: say('unmatched'), section: 'roster', body })
}

/** Those of a living whom nobody has matched, each with forms to say who it is, which post to `action`. */
export async function unmatchedList(request: SignedInRequest, asked: readonly Unmatched[], range: Range, action: string): Promise<Html> {
  const { say, serving } = request
  if (asked.length === 0) return empty(say('everybodyMatched'))
  const shown = await showViewers(serving.db, range.corp_no, [...new Set(asked.flatMap(({ candidates }) => candidates))])
  return html`<p class="sub">${say('unmatchedSay')}</p>${suggestions(await suggestedIn(serving.db, range))}<ul class="asked">${asked.map((each) => askedItem(request, each, shown, range, action))}</ul>`
}

function askedItem(
  request: SignedInRequest,
  asked: Unmatched,
  shown: ReadonlyMap<number, ShownViewer>,
  range: Range,
  action: string,
): Html {
  const { say, times } = request
  const { source, identity, name, className, candidates, livings } = asked
  const about = [
    identity === name ? '' : identity,
    className,
    source,
    ...(range.living_no ? [] : livings.slice(0, 3)).map(({ theme, began_at }) => `${theme} ${times.moment(began_at)}`),
  ]
  const hidden = html`${csrfField(request)}<input type="hidden" name="source" value="${source}"><input type="hidden" name="identity" value="${identity}"><input type="hidden" name="name" value="${name}">`
  const buttons = candidates.flatMap((viewer_no) => shown.get(viewer_no) ?? [])
  const label = say('whoIsIt', { name })
  return html`<li><p class="name">${name}<small>${about.filter(Boolean).join(' · ')}</small></p>
<form method="post" action="${action}" class="row" aria-label="${label}">${hidden}${buttons.map((viewer) => html`<button name="who" value="${viewer.who}">${candidateText(viewer)}</button>`)}<button name="nobody" value="1" class="plain">${say('nobodyOfSchool')}</button></form>
<form method="post" action="${action}" class="row">${hidden}${whoField(request, label)}<button>${say('matchIt')}</button></form></li>`
}

/**
 * Matches the identity that a form names, or takes its match back, and returns the message for the page.
 *
 * @param range in which a typed name is sought
 * @param action of the form that takes the match back
 * @param mayChoose whether the account may choose a viewer
 */
export async function matchAsked(
  request: SignedInRequest,
  range: Range,
  action: string,
  mayChoose: (viewer_no: number) => boolean,
): Promise<{ message: Html; status?: 400 }> {
  const { form, serving, say, now } = request
  const { corp_no } = range
  const [source, identity] = [form.get('source') ?? '', form.get('identity') ?? '']
  const name = (form.get('name') || identity).slice(0, 64)
  if (source === '' || identity === '') throw new PageError(404)
  if (form.get('undo') === '1') {
    const { registers } = await unmatchIdentity(serving.db, corp_no, source, identity, now)
    return { message: notice(say('unmatchedAgain', { name, n: registers })) }
  }
  const isNobody = form.get('nobody') === '1'
  const typed = (form.get('who') || form.get('typed') || '').slice(0, 200)
  const viewer_nos = isNobody ? [] : await viewersTyped(serving.db, range, typed, mayChoose)
  if (!viewer_nos) return { message: html`<p class="notice wrong" role="alert">${say('whoNotFound', { typed })}</p>`, status: 400 }
  const { registers } = await matchIdentity(serving.db, corp_no, source, identity, viewer_nos, now)
  const shown = [...(await showViewers(serving.db, corp_no, viewer_nos)).values()]
  const text = isNobody ? say('matchedNobody', { name }) : say('matched', { name, who: shown.map(candidateText).join('、'), n: registers })
  return {
    message: html`<div class="notice" role="status"><p>${text}</p>${buttonForm(request, action, say('undo'), { source, identity, name, undo: '1' }, 'plain')}</div>`,
  }
}

/** Matches somebody who was seen in one living, for whoever may import into it. */
export async function livingMatch(request: SignedInRequest): Promise<{ message: Html; status?: 400 }> {
  const livingView = await livingToImportInto(request)
  const { form } = request
  await checkIsSeenIn(request, livingView, form.get('source') ?? '', form.get('identity') ?? '')
  const action = `/livings/${encodeURIComponent(livingView.living.livingid)}/match`
  return matchAsked(request, rangeOf(livingView), action, mayChooseIn(request, livingView))
}
