import type { HistoryEntry } from '../../attendance/history.ts'
import { livingsBetween } from '../../living/lists.ts'
import type { Living } from '../../living/store.ts'
import { html, pathWithQuery } from '../html.ts'
import type { PageRequest, SignedInRequest } from '../page_request.ts'
import { termAfter, termBefore, termDates, termOf } from '../time.ts'
import { livingFilterOf } from '../visibility.ts'

/** Livings in a heat map; of a term with more, the newest. */
const mostLivings = 90

/**
 * The term that the query asks for, else the current one, and its livings that have begun, oldest first.
 *
 * @param party_id only livings of this class
 */
export async function termOfRequest(request: SignedInRequest, party_id: number | undefined) {
  const { query, times, now, serving, visibility } = request
  const match = /^([12]\d{3})-(spring|autumn)$/.exec(query.get('term') ?? '')
  const current = termOf(times.dateKey(now))
  const term = match ? { year: Number(match[1]), season: match[2] as 'spring' | 'autumn' } : current
  const [from, to] = termDates(term).map((key) => times.startOf(key)) as [number, number]
  const all = await livingsBetween(serving.db, visibility.corp_no, livingFilterOf(visibility), {
    from,
    to,
    limit: mostLivings,
    ...(party_id !== undefined && { party_id }),
  })
  const livings = all.filter((living) => living.start_time !== null && living.state < 3).reverse()
  const isCurrent = term.year === current.year && term.season === current.season
  return { term, livings, isCurrent }
}

/** The name of a term between links to the term before and the term after. */
export function termSwitch(
  { say, path }: PageRequest,
  { term, isCurrent }: Pick<Awaited<ReturnType<typeof termOfRequest>>, 'term' | 'isCurrent'>,
) {
  const name = (each: typeof term) => say(each.season, { year: each.year })
  const urlOf = (each: typeof term) => pathWithQuery(path, { term: `${each.year}-${each.season}` })
  const [before, after] = [termBefore(term), termAfter(term)]
  return html`<nav class="terms" aria-label="${say('term')}"><a href="${urlOf(before)}" aria-label="${name(before)}">←</a><b class="num">${name(term)}</b>${
    isCurrent ? html`<span></span>` : html`<a href="${urlOf(after)}" aria-label="${name(after)}">→</a>`
  }</nav>`
}

/** How a student stands in a living: the colour of its square, and its name for people who cannot see the colour. */
const outcomes = {
  watched: { cssClass: 'watched', text: 'legendWatched' },
  parentOnly: { cssClass: 'family', text: 'legendParentOnly' },
  missing: { cssClass: 'missing', text: 'legendMissing' },
  excused: { cssClass: 'excused', text: 'excused' },
  notSubscribed: { cssClass: 'silent', text: 'notSubscribed' },
  none: { cssClass: 'none', text: 'legendNone' },
} as const

function outcomeOf(historyEntry: HistoryEntry | undefined): (typeof outcomes)[keyof typeof outcomes] {
  if (!historyEntry) return outcomes.none
  const { own, hasParentWatched } = historyEntry
  if (own === 'watched') return outcomes.watched
  if (hasParentWatched) return outcomes.parentOnly
  if (own === 'excused') return outcomes.excused
  if (own === 'not_subscribed') return outcomes.notSubscribed
  return own === 'outside' ? outcomes.none : outcomes.missing
}

/** A square of a heat map. Undefined: the student has no line in the living. */
export function square({ say }: PageRequest, historyEntry: HistoryEntry | undefined) {
  const { cssClass, text } = outcomeOf(historyEntry)
  return html`<td class="heat ${cssClass}"><span class="hide">${say(text)}</span></td>`
}

/** The header cells of a heat map: the date of each living, as a link to its page. */
export const livingHeaders = ({ times }: PageRequest, livings: readonly Living[]) =>
  livings.map(
    (living) =>
      html`<th scope="col" class="num day"><a href="/livings/${encodeURIComponent(living.livingid)}" title="${living.theme}">${times.shortDate(living.start_time ?? 0)}</a></th>`,
  )

/** What the colours of a heat map mean. */
export const legend = ({ say }: PageRequest) =>
  html`<ul class="legend">${Object.values(outcomes).map(({ cssClass, text }) => html`<li><span class="heat ${cssClass}"></span>${say(text)}</li>`)}</ul>`

/** How a student stands in a living, in words. */
export const standingText = ({ say }: PageRequest, historyEntry: HistoryEntry | undefined) => say(outcomeOf(historyEntry).text)
