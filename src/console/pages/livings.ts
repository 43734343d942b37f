import { countRoll } from '../../attendance/roll/counts.ts'
import { livingsBetween, livingsRunning } from '../../living/lists.ts'
import { type Living, state } from '../../living/store.ts'
import type { Counts } from '../../register/standing.ts'
import { html, nothing } from '../html.ts'
import { bar, empty, page, pager, stateNames } from '../layout.ts'
import { scopeOf, seenBy } from '../sight.ts'
import { tomorrow } from '../time.ts'
import { type Answer, type Visit, wholeOf } from '../visit.ts'

const pageSize = 25
/** As far as a list looks back: more lessons than a school gives in a year. */
const most = 1000

/** The lessons: what runs now, the rest of today, what is planned, and what was. */
export async function livingsPage(visit: Visit): Promise<Answer> {
  const { room, sight, say, times, now, query } = visit
  const seen = seenBy(sight)
  const [today, after] = [times.dayStart(now), tomorrow(times.dayStart(now))]
  const running = await livingsRunning(room.db, sight.corp_no, seen)
  const isRunning = new Set(running.map((living) => living.living_no))
  const rest = (livings: readonly Living[]) => livings.filter((living) => !isRunning.has(living.living_no))
  const between = (from: number, to: number, limit: number) => livingsBetween(room.db, sight.corp_no, seen, { from, to, limit })
  const ofToday = rest(await between(today, after, 200)).reverse()
  const planned = rest(await between(after, after + 366 * 86_400, 50)).reverse()
  const earlier = rest(await between(0, today, most))
  const at = wholeOf(query, 'page', 1, 1000, 1)
  const shown = earlier.slice((at - 1) * pageSize, at * pageSize)
  const isFirst = at === 1
  const list = async (livings: readonly Living[]) => {
    const rows = []
    for (const living of livings) rows.push(await row(visit, living))
    return rows
  }
  const section = async (title: string, livings: readonly Living[]) =>
    livings.length ? html`<section><h2>${title}</h2><ul class="livings">${await list(livings)}</ul></section>` : nothing
  const body = html`<h1 class="page-title">${say('livings')}<small>${times.date(now)}</small></h1>
${isFirst && running.length > 0 && html`<section class="on-air"><h2>${say('running')}</h2><div class="cards">${await cards(visit, running)}</div></section>`}
${isFirst && (await section(say('today'), ofToday))}
${isFirst && (await section(say('upcoming'), planned))}
${await section(say('earlier'), shown)}
${running.length + ofToday.length + planned.length + earlier.length === 0 && empty(say('noLivings'), say('noLivingsSay'))}
${pager(visit, at, pageSize, earlier.length)}`
  return { page: page(visit, { title: say('livings'), section: 'livings', body }) }
}

async function talliesOf(
  { room, sight }: Visit,
  living: Living,
): Promise<{ pupils: Counts; parents: Counts; households: Counts; names: string }> {
  const scope = scopeOf(sight, living)
  const counts = countRoll(await room.rolls(room.db, living), scope)
  const names = [...counts.classes.keys()].sort((a, b) => a - b).map((party_id) => sight.names.get(party_id) ?? String(party_id))
  const shown = names.slice(0, 3).join(' · ')
  return {
    pupils: counts.students,
    parents: counts.parents,
    households: counts.households,
    names: names.length > 3 ? `${shown} +${names.length - 3}` : shown,
  }
}

/** Big enough to be read from the back of the room. */
async function cards(visit: Visit, livings: readonly Living[]) {
  const { say, times, now } = visit
  const made = []
  for (const living of livings) {
    const { pupils, names } = await talliesOf(visit, living)
    const label = say('watchedOf', pupils)
    made.push(html`<a class="card" href="/livings/${encodeURIComponent(living.livingid)}" data-live="${living.livingid}">
<span class="badge live">${say('live')}</span>
<h3>${living.theme}</h3><p class="sub">${names}</p>
<p class="huge num" data-n="pupils.missing">${pupils.missing}</p><p class="of">${say('missingStudents')}</p>
${bar(pupils.watched, pupils.expected, label)}
<p class="sub num"><span data-n="pupils.label">${label}</span><span>${times.clock(living.start_time ?? now)}–</span></p></a>`)
  }
  return made
}

async function row(visit: Visit, living: Living) {
  const { say, times } = visit
  const at = living.start_time ?? living.reserve_start
  const isHeld = living.state === state.live || living.state === state.ended
  const { pupils, names } = await talliesOf(visit, living)
  return html`<li><a href="/livings/${encodeURIComponent(living.livingid)}">
<span class="when num"><b>${times.clock(at)}</b><small>${times.shortDate(at)}</small></span>
<span class="what"><b>${living.theme}</b><small>${names}</small></span>
<span class="badge ${stateNames[living.state]}">${say(stateNames[living.state] ?? 'ended')}</span>
<span class="how num">${isHeld ? html`${bar(pupils.watched, pupils.expected, say('watchedOf', pupils))}<small>${say('watchedOf', pupils)}</small>` : html`<small>${say('expected')} ${pupils.expected}</small>`}</span></a></li>`
}
