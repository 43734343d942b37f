import type { HistoryEntry } from '../../attendance/history.ts'
import { livingsBetween } from '../../living/lists.ts'
import type { Living } from '../../living/store.ts'
import { html, link } from '../html.ts'
import { seenBy } from '../sight.ts'
import { termAfter, termBefore, termDates, termOf } from '../time.ts'
import type { Guest, Visit } from '../visit.ts'

/** As many lessons as a heat map shows; the newest, where a term has more. */
const most = 90

/** The term of the query, else today's; its held lessons, oldest first. */
export async function termOfVisit(visit: Visit, party_id: number | undefined) {
  const { query, times, now, room, sight } = visit
  const asked = /^(\d{4})-(spring|autumn)$/.exec(query.get('term') ?? '')
  const current = termOf(times.dateKey(now))
  const term = asked ? { year: Number(asked[1]), season: asked[2] as 'spring' | 'autumn' } : current
  const [from, to] = termDates(term).map((key) => times.startOf(key)) as [number, number]
  const all = await livingsBetween(room.db, sight.corp_no, seenBy(sight), {
    from,
    to,
    limit: most,
    ...(party_id !== undefined && { party_id }),
  })
  const livings = all.filter((living) => living.start_time !== null && living.state < 3).reverse()
  const isCurrent = term.year === current.year && term.season === current.season
  return { term, livings, isCurrent }
}

export function termSwitch({ say, path }: Guest, { term, isCurrent }: Pick<Awaited<ReturnType<typeof termOfVisit>>, 'term' | 'isCurrent'>) {
  const name = (each: typeof term) => say(each.season, { year: each.year })
  const to = (each: typeof term) => link(path, { term: `${each.year}-${each.season}` })
  const [before, after] = [termBefore(term), termAfter(term)]
  return html`<nav class="terms" aria-label="${say('term')}"><a href="${to(before)}" aria-label="${name(before)}">←</a><b class="num">${name(term)}</b>${
    isCurrent ? html`<span></span>` : html`<a href="${to(after)}" aria-label="${name(after)}">→</a>`
  }</nav>`
}

/** One square of a heat map: its colour, and what it says to who cannot see it. */
export function square({ say }: Guest, stood: HistoryEntry | undefined) {
  const kind = kindOf(stood)
  return html`<td class="heat ${kind}"><span class="hide">${say(kinds[kind])}</span></td>`
}

/** The lessons across the top, each a way to its page. */
export const lessonHeads = ({ times }: Guest, livings: readonly Living[]) =>
  livings.map(
    (living) =>
      html`<th scope="col" class="num day"><a href="/livings/${encodeURIComponent(living.livingid)}" title="${living.theme}">${times.shortDate(living.start_time ?? 0)}</a></th>`,
  )

const kinds = {
  watched: 'legendWatched',
  family: 'legendFamily',
  missing: 'legendMissing',
  excused: 'excused',
  silent: 'notSubscribed',
  none: 'legendNone',
} as const

function kindOf(stood: HistoryEntry | undefined) {
  if (!stood || (stood.own === 'outside' && !stood.hasParentWatched)) return 'none'
  if (stood.own === 'watched') return 'watched'
  if (stood.hasParentWatched) return 'family'
  return stood.own === 'excused' ? 'excused' : stood.own === 'not_subscribed' ? 'silent' : stood.own === 'outside' ? 'none' : 'missing'
}

export const legend = ({ say }: Guest) =>
  html`<ul class="legend">${Object.entries(kinds).map(([kind, name]) => html`<li><span class="heat ${kind}"></span>${say(name)}</li>`)}</ul>`

/** What a line of lessons says of one of them. */
export const standingText = ({ say }: Guest, stood: HistoryEntry | undefined) => say(kinds[kindOf(stood)])
