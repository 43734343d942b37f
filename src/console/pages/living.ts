import { countRoll } from '../../attendance/roll/counts.ts'
import { state } from '../../living/store.ts'
import { mayImportInto } from '../attendance_access.ts'
import { type Html, html, pathWithQuery } from '../html.ts'
import { choice, empty, notice, page, pager, stateNames } from '../layout.ts'
import { askedListOf, lists, listTexts, livingListOf, queryOfList } from '../living_list.ts'
import { type LivingView, liveNumbersOf, livingViewOf, readingNames, shownClassesOf } from '../living_view.ts'
import { type Answer, integerParam, type SignedInRequest } from '../page_request.ts'
import { wholeRegister } from './download.ts'
import { classBars, numbersPart } from './living_counts.ts'
import { listOf } from './missing.ts'

const pageSize = 50

/**
 * One living: its counts, a bar for each class, and a list of viewers, at first of the missing. With `part=list` in the query only the
 * counts, the bars, the list, and the links to its text and files, which assets/console.js puts into the open page.
 */
export async function livingPage(request: SignedInRequest): Promise<Answer> {
  const { say, query, times } = request
  const livingView = await livingViewOf(request)
  const { living, roll } = livingView
  const { reading, show } = askedListOf(request)
  const counts = countRoll(roll, shownClassesOf(livingView))
  const list = await listPart(request, livingView)
  const tools = toolLinks(request, livingView, await mayImportInto(request, livingView))
  const bars = livingView.isHeld && classBars(request, livingView, reading, counts)
  if (query.get('part') === 'list') return { page: html`${numbersPart(request, livingView, reading, counts)}${tools}${bars}${list}` }

  const at = living.start_time ?? living.reserve_start
  const until = living.end_time ?? undefined
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const done = query.get('done')
  const body = html`<div class="lesson ${stateNames[living.state]}" data-lesson="${path}"${living.state === state.live && html` data-live="${living.livingid}"`}>
<div class="lesson-head"><div><p class="badge ${stateNames[living.state]}">${say(stateNames[living.state] ?? 'ended')}</p><h1>${living.theme}</h1>
<p class="sub num">${times.date(at)} ${times.clock(at)}${until !== undefined && html`–${times.clock(until)}`} · ${say('anchor')} ${living.anchor_userid}${living.mirrored_at !== null && html` · ${say('mirrored', { at: times.moment(living.mirrored_at) })}`}</p></div>
${tools}</div>
${done && notice(say(done === 'undone' ? 'undoneDone' : 'excusedDone', { n: integerParam(query, 'n', 0, 1e6, 0) }))}
${numbersPart(request, livingView, reading, counts)}
${bars}
${await publishPart(request, livingView)}
${
  (livingView.isHeld || living.state === state.reserved) &&
  html`<section class="roll" aria-labelledby="roll-title"><h2 id="roll-title">${say(show === 'missing' && !livingView.isHeld ? 'expected' : listTexts[show])}</h2>
${filters(request, livingView)}
${list}</section>`
}</div>`
  return { page: page(request, { title: living.theme, section: 'livings', body }) }
}

/** What the teacher publishes under, as long as the living has not ended; nothing where no streaming server asks for the key. */
async function publishPart({ serving, say }: SignedInRequest, { living }: LivingView): Promise<Html | false> {
  const isComing = living.mirrored_at === null && (living.state === state.reserved || living.state === state.live)
  const name = isComing && (await serving.publishNameOf(living))
  return name
    ? html`<details class="publish"><summary>${say('publish')}</summary><p class="sub">${say('publishSay')}</p><p><code>${name}</code></p></details>`
    : false
}

/** The counts as JSON. An open page polls them where server-sent events do not come through. */
export async function numbersJson(request: SignedInRequest): Promise<Answer> {
  const livingView = await livingViewOf(request)
  return { json: liveNumbersOf(livingView, shownClassesOf(livingView), request.now) }
}

/** Links of the page: copy, print and download the list that is shown, download the whole register, and import an attendance file. */
function toolLinks(request: SignedInRequest, livingView: LivingView, mayImport: boolean): Html {
  const { say } = request
  const { living, isHeld, party, minimum } = livingView
  const query = queryOfList(askedListOf(request), livingView)
  const urlOf = (name: string) => pathWithQuery(`/livings/${encodeURIComponent(living.livingid)}/${name}`, query)
  const wholeUrl = pathWithQuery(`/livings/${encodeURIComponent(living.livingid)}/register.xlsx`, {
    min: minimum || undefined,
    class: party,
    show: wholeRegister,
  })
  return html`<div class="tools" id="tools">${isHeld && html`<a class="button" href="${urlOf('text')}" data-copy data-copied="${say('copied')}">${say('copyText')}</a><a class="button" href="${urlOf('print')}">${say('print')}</a>`}${(isHeld || living.state === state.reserved) && html`<a class="button" href="${urlOf('register.xlsx')}" download>${say('xlsx')}</a><a class="button" href="${urlOf('register.csv')}" download>${say('csv')}</a>`}<a class="button" href="${wholeUrl}" download>${say('wholeRegister')}</a>${mayImport && html`<a class="button" href="/livings/${encodeURIComponent(living.livingid)}/attendance">${say('attendanceFile')}</a>`}</div>`
}

function filters(request: SignedInRequest, { classes, minimum, party }: LivingView) {
  const { say, path, query } = request
  const { reading, show, sort } = askedListOf(request)
  return html`<form class="filters" action="${path}" data-filters>${reading !== 'students' && html`<input type="hidden" name="read" value="${readingNames[reading]}">`}
<label class="field grow"><span>${say('search')}</span><input type="search" name="q" value="${query.get('q') ?? ''}" placeholder="${say('searchSay')}"></label>
${classes.length > 1 && choice('class', say('class'), [['', say('allClasses')], ...classes.map(({ party_id, name }) => [String(party_id), name || String(party_id)] as const)], String(party ?? ''))}
${choice(
  'show',
  say('show'),
  lists.map((each) => [each === 'missing' ? '' : each, say(listTexts[each])] as const),
  show === 'missing' ? '' : show,
)}
${choice(
  'sort',
  say('sort'),
  [
    ['', say('byClassSort')],
    ['name', say('byName')],
  ],
  sort === 'class' ? '' : sort,
)}
<label class="field range"><span>${say('minimum')} <output class="num">${minimum}%</output></span><input type="range" name="min" min="0" max="100" step="5" value="${minimum}"></label>
<button>${say('apply')}</button></form>`
}

async function listPart(request: SignedInRequest, livingView: LivingView): Promise<Html> {
  const { say, query } = request
  if (!livingView.isHeld && livingView.living.state !== state.reserved) return html`<div id="list">${empty(say('notHeld'))}</div>`
  const list = await livingListOf(request, livingView)
  const { reading, show, sought } = list
  const { length } = list.partyIds
  const at = integerParam(query, 'page', 1, Math.max(1, Math.ceil(length / pageSize)), 1)
  const listedLines = await list.entries((at - 1) * pageSize, at * pageSize)
  const emptyList = sought || show !== 'missing' ? empty(say('nobodyFound')) : empty(say('allHere'), say('allHereSay'))
  return html`<div id="list">${listedLines.length ? listOf(request, livingView, reading, show, listedLines) : emptyList}${pager(request, at, pageSize, length)}</div>`
}
