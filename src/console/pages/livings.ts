import { countRoll } from '../../attendance/roll/counts.ts'
import { livingsBetween, livingsRunning } from '../../living/lists.ts'
import { type Living, state } from '../../living/store.ts'
import type { Counts } from '../../register/standing.ts'
import { html, nothing } from '../html.ts'
import { bar, empty, page, pager, stateNames } from '../layout.ts'
import { type Answer, integerParam, type SignedInRequest } from '../page_request.ts'
import { livingFilterOf, visibleClassesOf } from '../visibility.ts'

const pageSize = 25
/** Earlier livings listed at most: more than a school holds in a year. */
const mostEarlier = 1000

/** The livings that the account may see: those live now, the others of today, the planned ones, and the earlier ones page by page. */
export async function livingsPage(request: SignedInRequest): Promise<Answer> {
  const { serving, visibility, say, times, now, query } = request
  const filter = livingFilterOf(visibility)
  const [today, after] = [times.dayStart(now), times.nextDayStart(now)]
  const running = await livingsRunning(serving.db, visibility.corp_no, filter)
  const runningNos = new Set(running.map((living) => living.living_no))
  const withoutRunning = (livings: readonly Living[]) => livings.filter((living) => !runningNos.has(living.living_no))
  const between = (from: number, to: number, limit: number) => livingsBetween(serving.db, visibility.corp_no, filter, { from, to, limit })
  const ofToday = withoutRunning(await between(today, after, 200)).reverse()
  const planned = withoutRunning(await between(after, after + 366 * 86_400, 50)).reverse()
  const earlier = withoutRunning(await between(0, today, mostEarlier))
  const at = integerParam(query, 'page', 1, 1000, 1)
  const shown = earlier.slice((at - 1) * pageSize, at * pageSize)
  const isFirst = at === 1
  const list = async (livings: readonly Living[]) => {
    const rows = []
    for (const living of livings) rows.push(await row(request, living))
    return rows
  }
  const section = async (title: string, livings: readonly Living[]) =>
    livings.length ? html`<section><h2>${title}</h2><ul class="livings">${await list(livings)}</ul></section>` : nothing
  const body = html`<h1 class="page-title">${say('livings')}<small>${times.date(now)}</small></h1>
${isFirst && running.length > 0 && html`<section class="on-air"><h2>${say('running')}</h2><div class="cards">${await cards(request, running)}</div></section>`}
${isFirst && (await section(say('today'), ofToday))}
${isFirst && (await section(say('upcoming'), planned))}
${await section(say('earlier'), shown)}
${running.length + ofToday.length + planned.length + earlier.length === 0 && empty(say('noLivings'), say('noLivingsSay'))}
${pager(request, at, pageSize, earlier.length)}`
  return { page: page(request, { title: say('livings'), section: 'livings', body }) }
}

/** The counts of a living, as far as the account may see it, and the names of its first three classes. */
async function talliesOf(
  { serving, visibility }: SignedInRequest,
  living: Living,
): Promise<{ students: Counts; parents: Counts; households: Counts; names: string }> {
  const visibleClasses = visibleClassesOf(visibility, living)
  const counts = countRoll(await serving.rolls(serving.db, living), visibleClasses)
  const names = [...counts.classes.keys()].sort((a, b) => a - b).map((party_id) => visibility.partyNames.get(party_id) ?? String(party_id))
  const shown = names.slice(0, 3).join(' · ')
  return {
    students: counts.students,
    parents: counts.parents,
    households: counts.households,
    names: names.length > 3 ? `${shown} +${names.length - 3}` : shown,
  }
}

/** A card for each living that is live now. Its count is large enough to be read from the back of a room. */
async function cards(request: SignedInRequest, livings: readonly Living[]) {
  const { say, times, now } = request
  const rendered = []
  for (const living of livings) {
    const { students, names } = await talliesOf(request, living)
    const label = say('watchedOf', students)
    rendered.push(html`<a class="card" href="/livings/${encodeURIComponent(living.livingid)}" data-live="${living.livingid}">
<span class="badge live">${say('live')}</span>
<h3>${living.theme}</h3><p class="sub">${names}</p>
<p class="huge num" data-n="pupils.missing">${students.missing}</p><p class="of">${say('missingStudents')}</p>
${bar(students.watched, students.expected, label)}
<p class="sub num"><span data-n="pupils.label">${label}</span><span>${times.clock(living.start_time ?? now)}–</span></p></a>`)
  }
  return rendered
}

async function row(request: SignedInRequest, living: Living) {
  const { say, times } = request
  const at = living.start_time ?? living.reserve_start
  const isHeld = living.state === state.live || living.state === state.ended
  const { students, names } = await talliesOf(request, living)
  return html`<li><a href="/livings/${encodeURIComponent(living.livingid)}">
<span class="when num"><b>${times.clock(at)}</b><small>${times.shortDate(at)}</small></span>
<span class="what"><b>${living.theme}</b><small>${names}</small></span>
<span class="badge ${stateNames[living.state]}">${say(stateNames[living.state] ?? 'ended')}</span>
<span class="how num">${isHeld ? html`${bar(students.watched, students.expected, say('watchedOf', students))}<small>${say('watchedOf', students)}</small>` : html`<small>${say('expected')} ${students.expected}</small>`}</span></a></li>`
}
