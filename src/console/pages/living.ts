import { countRoll, type Reading } from '../../attendance/roll/counts.ts'
import { indexesOf, shows } from '../../attendance/roll/list.ts'
import { state } from '../../living/store.ts'
import { type Html, html, pathWithQuery } from '../html.ts'
import { choice, empty, notice, page, pager, stateNames } from '../layout.ts'
import {
  type LivingView,
  linesJoinedAfter,
  listedLinesAt,
  liveNumbersOf,
  livingViewOf,
  readingNames,
  readingOf,
  shownClassesOf,
} from '../living_view.ts'
import { type Answer, integerParam, oneOf, type SignedInRequest } from '../page_request.ts'
import type { Text } from '../texts/say.ts'
import { classBars, numbersPart } from './living_counts.ts'
import { listOf } from './missing.ts'

const pageSize = 50

/** The lists of a living: those of its roll, and the viewers who joined a class after its end. */
const lists = [...shows, 'joined_after'] as const
const showNames: Record<(typeof lists)[number], Text> = {
  missing: 'missing',
  too_short: 'tooShort',
  replay_only: 'replay_only',
  watched: 'watched',
  excused: 'excused',
  not_subscribed: 'notSubscribed',
  outside: 'outside',
  joined_after: 'joined_after',
}

/**
 * One living: its counts, a bar for each class, and a list of viewers, at first of the missing. With `part=list` in the query only the
 * counts and the list, which assets/console.js puts into the open page.
 */
export async function livingPage(request: SignedInRequest): Promise<Answer> {
  const { say, query, times } = request
  const livingView = await livingViewOf(request)
  const { living, roll } = livingView
  const reading = readingOf(query.get('read'))
  const counts = countRoll(roll, shownClassesOf(livingView))
  const list = await listPart(request, livingView, reading)
  if (query.get('part') === 'list') return { page: html`${numbersPart(request, livingView, reading, counts)}${list}` }

  const at = living.start_time ?? living.reserve_start
  const until = living.end_time ?? undefined
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const done = query.get('done')
  const show = oneOf(lists, query.get('show'))
  const body = html`<div class="lesson ${stateNames[living.state]}" data-lesson="${path}"${living.state === state.live && html` data-live="${living.livingid}"`}>
<div class="lesson-head"><div><p class="badge ${stateNames[living.state]}">${say(stateNames[living.state] ?? 'ended')}</p><h1>${living.theme}</h1>
<p class="sub num">${times.date(at)} ${times.clock(at)}${until !== undefined && html`–${times.clock(until)}`} · ${say('anchor')} ${living.anchor_userid}${living.mirrored_at !== null && html` · ${say('mirrored', { at: times.moment(living.mirrored_at) })}`}</p></div>
<div class="tools">${livingView.isHeld && html`<a class="button" href="${pathWithQuery(`${path}/text`, { class: livingView.party })}" data-copy data-copied="${say('copied')}">${say('copyText')}</a><a class="button" href="${pathWithQuery(`${path}/print`, { class: livingView.party })}">${say('print')}</a>`}${downloads(request, livingView)}</div></div>
${done && notice(say(done === 'undone' ? 'undoneDone' : 'excusedDone', { n: integerParam(query, 'n', 0, 1e6, 0) }))}
${numbersPart(request, livingView, reading, counts)}
${livingView.isHeld && classBars(request, livingView, reading, counts)}
${
  (livingView.isHeld || living.state === state.reserved) &&
  html`<section class="roll" aria-labelledby="roll-title"><h2 id="roll-title">${say(show === 'missing' && !livingView.isHeld ? 'expected' : showNames[show])}</h2>
${filters(request, livingView, reading)}
${list}</section>`
}</div>`
  return { page: page(request, { title: living.theme, section: 'livings', body }) }
}

/** The counts as JSON. An open page polls them where server-sent events do not come through. */
export async function numbersJson(request: SignedInRequest): Promise<Answer> {
  const livingView = await livingViewOf(request)
  return { json: liveNumbersOf(livingView, shownClassesOf(livingView), request.now) }
}

function downloads({ say }: SignedInRequest, { party, minimum, living }: LivingView): Html {
  const urlOf = (extension: string) =>
    pathWithQuery(`/livings/${encodeURIComponent(living.livingid)}/register.${extension}`, { class: party, min: minimum || undefined })
  return html`<a class="button" href="${urlOf('xlsx')}" download>${say('xlsx')}</a><a class="button" href="${urlOf('csv')}" download>${say('csv')}</a>`
}

function filters({ say, path, query }: SignedInRequest, { classes, minimum, party }: LivingView, reading: Reading) {
  const show = oneOf(lists, query.get('show'))
  return html`<form class="filters" action="${path}" data-filters>${reading !== 'students' && html`<input type="hidden" name="read" value="${readingNames[reading]}">`}
<label class="field grow"><span>${say('search')}</span><input type="search" name="q" value="${query.get('q') ?? ''}" placeholder="${say('searchSay')}"></label>
${classes.length > 1 && choice('class', say('class'), [['', say('allClasses')], ...classes.map(({ party_id, name }) => [String(party_id), name || String(party_id)] as const)], String(party ?? ''))}
${choice(
  'show',
  say('show'),
  lists.map((each) => [each === 'missing' ? '' : each, say(showNames[each])] as const),
  show === 'missing' ? '' : show,
)}
${choice(
  'sort',
  say('sort'),
  [
    ['', say('byClassSort')],
    ['name', say('byName')],
  ],
  query.get('sort') ?? '',
)}
<label class="field range"><span>${say('minimum')} <output class="num">${minimum}%</output></span><input type="range" name="min" min="0" max="100" step="5" value="${minimum}"></label>
<button>${say('apply')}</button></form>`
}

async function listPart(request: SignedInRequest, livingView: LivingView, reading: Reading): Promise<Html> {
  const { say, query, serving } = request
  const show = oneOf(lists, query.get('show'))
  const sought = (query.get('q') ?? '').trim().slice(0, 64)
  if (!livingView.isHeld && livingView.living.state !== state.reserved) return html`<div id="list">${empty(say('notHeld'))}</div>`
  const sort = query.get('sort') === 'name' ? 'name' : 'class'
  const shownClasses = shownClassesOf(livingView)
  const joined = show === 'joined_after' ? await linesJoinedAfter(request, livingView, { reading, sought }) : undefined
  const indexes =
    show === 'joined_after'
      ? []
      : await indexesOf(serving.db, livingView.living, livingView.roll, { reading, show, classes: shownClasses, sort, sought })
  const { length } = joined ?? indexes
  const at = integerParam(query, 'page', 1, Math.max(1, Math.ceil(length / pageSize)), 1)
  const ofThisPage = <T>(all: readonly T[]) => all.slice((at - 1) * pageSize, at * pageSize)
  const listedLines = joined ? ofThisPage(joined) : await listedLinesAt(request, livingView, ofThisPage(indexes))
  const emptyList = sought || show !== 'missing' ? empty(say('nobodyFound')) : empty(say('allHere'), say('allHereSay'))
  return html`<div id="list">${listedLines.length ? listOf(request, livingView, reading, show, listedLines) : emptyList}${pager(request, at, pageSize, length)}</div>`
}
