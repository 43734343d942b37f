import { countRoll, type Reading, type RollCounts, readings } from '../../attendance/roll/counts.ts'
import { indexesOf, shows } from '../../attendance/roll/list.ts'
import { state } from '../../living/store.ts'
import type { Counts } from '../../register/standing.ts'
import { type Html, html, link, nothing } from '../html.ts'
import { bar, choice, empty, notice, page, pager, stateNames } from '../layout.ts'
import { entriesAt, joinedEntries, type Lesson, lessonOf, numbersOf, onlyOf } from '../lesson.ts'
import type { Text } from '../texts.ts'
import { type Answer, oneOf, type Visit, wholeOf } from '../visit.ts'
import { listOf } from './missing.ts'

const pageSize = 50
/** Bars of more classes than this would be a longer page than anybody reads; the rest is in the choice of classes. */
const mostBars = 48

const headlines: Record<Reading, readonly [now: Text, over: Text]> = {
  students: ['missingStudents', 'missedStudents'],
  parents: ['missingParents', 'missedParents'],
  households: ['missingHouseholds', 'missedHouseholds'],
}
/** The lists of a lesson: those of its roll, and who has come since. */
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

/** One lesson: numbers that add up, a bar a class, and who is missing by name. With `part` only what changes. */
export async function livingPage(visit: Visit): Promise<Answer> {
  const { say, query, times } = visit
  const lesson = await lessonOf(visit)
  const { living, roll } = lesson
  const reading = oneOf(readings, query.get('read'))
  const counts = countRoll(roll, onlyOf(lesson))
  const list = await listPart(visit, lesson, reading)
  if (query.get('part') === 'list') return { page: html`${numbersPart(visit, lesson, reading, counts)}${list}` }

  const at = living.start_time ?? living.reserve_start
  const until = living.end_time ?? undefined
  const path = `/livings/${encodeURIComponent(living.livingid)}`
  const done = query.get('done')
  const show = oneOf(lists, query.get('show'))
  const body = html`<div class="lesson ${stateNames[living.state]}" data-lesson="${path}"${living.state === state.live && html` data-live="${living.livingid}"`}>
<div class="lesson-head"><div><p class="badge ${stateNames[living.state]}">${say(stateNames[living.state] ?? 'ended')}</p><h1>${living.theme}</h1>
<p class="sub num">${times.date(at)} ${times.clock(at)}${until !== undefined && html`–${times.clock(until)}`} · ${say('anchor')} ${living.anchor_userid}${living.mirrored_at !== null && html` · ${say('mirrored', { at: times.moment(living.mirrored_at) })}`}</p></div>
<div class="tools">${lesson.isHeld && html`<a class="button" href="${link(`${path}/text`, { class: lesson.party })}" data-copy data-copied="${say('copied')}">${say('copyText')}</a><a class="button" href="${link(`${path}/print`, { class: lesson.party })}">${say('print')}</a>`}${downloads(visit, lesson)}</div></div>
${done && notice(say(done === 'undone' ? 'undoneDone' : 'excusedDone', { n: wholeOf(query, 'n', 0, 1e6, 0) }))}
${numbersPart(visit, lesson, reading, counts)}
${lesson.isHeld && classBars(visit, lesson, reading, counts)}
${
  (lesson.isHeld || living.state === state.reserved) &&
  html`<section class="roll" aria-labelledby="roll-title"><h2 id="roll-title">${say(show === 'missing' && !lesson.isHeld ? 'expected' : showNames[show])}</h2>
${filters(visit, lesson, reading)}
${list}</section>`
}</div>`
  return { page: page(visit, { title: living.theme, section: 'livings', body }) }
}

/** For a page that is open, where events do not come through. */
export async function numbers(visit: Visit): Promise<Answer> {
  const lesson = await lessonOf(visit)
  return { json: numbersOf(lesson, onlyOf(lesson), visit.now) }
}

function downloads({ say }: Visit, { party, minimum, living }: Lesson): Html {
  const to = (extension: string) =>
    link(`/livings/${encodeURIComponent(living.livingid)}/register.${extension}`, { class: party, min: minimum || undefined })
  return html`<a class="button" href="${to('xlsx')}" download>${say('xlsx')}</a><a class="button" href="${to('csv')}" download>${say('csv')}</a>`
}

function numbersPart({ say, path, query }: Visit, lesson: Lesson, reading: Reading, counts: RollCounts) {
  const { living, isHeld, minimum, party } = lesson
  const tally = counts[reading]
  // nobody is missing from a lesson that nobody could watch
  const shown = isHeld ? 'missing' : 'expected'
  const sums = isHeld ? sumsOfHeld : sumsOfOther
  const asked = Object.fromEntries(query)
  const tab = (each: Reading) =>
    html`<a href="${link(path, { ...asked, part: undefined, done: undefined, n: undefined, page: undefined, read: each === 'students' ? undefined : each })}"${each === reading && html` aria-current="true"`}><span>${say(each)}</span><b class="num" data-n="${each}.${shown}">${counts[each][shown]}</b></a>`
  const [now, over] = headlines[reading]
  const flipped = minimum ? tally.missing - countRoll(lesson.plainRoll, onlyOf(lesson))[reading].missing : 0
  return html`<section class="numbers" id="numbers" data-reading="${reading}">
<nav class="readings" aria-label="${say('missing')}">${readings.map(tab)}</nav>
<div class="headline">${
    isHeld || living.state === state.reserved
      ? html`<p class="giant num" data-n="${reading}.${shown}">${tally[shown]}</p>
<p class="giant-label">${say(!isHeld ? 'expected' : living.state === state.live ? now : over)}</p>`
      : html`<p class="unheld">${say('notHeld')}</p>`
  }</div>
<div class="sums">${isHeld && bar(tally.watched, tally.expected, say('watchedOf', tally))}
<dl>${sums.map(
    (name) =>
      html`<div class="${name}"><dt>${say(sumNames[name])}</dt><dd class="num" data-n="${reading}.${name}">${tally[name]}</dd></div>`,
  )}</dl>
${isHeld && html`<p class="sum num" data-sum>${say('sumSay', tally)}</p>`}
${minimum > 0 && html`<p class="flips" role="status">${say('flips', { percent: minimum, n: flipped })}</p>`}
${!party && counts.outsiders + counts.visitors > 0 && html`<p class="sub num"><a href="${link(path, { show: 'outside' })}">${say('outside')} ${counts.outsiders + counts.visitors}</a></p>`}
</div></section>`
}

const sumsOfHeld = ['watched', 'missing', 'expected', 'excused', 'not_subscribed', 'in_range'] as const
const sumsOfOther = ['expected', 'excused', 'not_subscribed', 'in_range'] as const
const sumNames: Record<keyof Counts, Text> = {
  watched: 'watched',
  missing: 'missing',
  expected: 'expected',
  excused: 'excused',
  not_subscribed: 'notSubscribed',
  in_range: 'inRange',
}

function classBars({ say, path, query }: Visit, { classes, party }: Lesson, reading: Reading, counts: RollCounts) {
  if (classes.length < 2) return nothing
  const rows = classes.map((each) => ({ ...each, tally: counts.classes.get(each.party_id)?.[reading] }))
  const shown =
    party || rows.length <= mostBars ? rows : rows.toSorted((a, b) => (b.tally?.missing ?? 0) - (a.tally?.missing ?? 0)).slice(0, mostBars)
  const asked = { ...Object.fromEntries(query), page: undefined, part: undefined, done: undefined, n: undefined }
  return html`<section class="by-class"><h2>${say('byClass')}</h2><ul>${shown.map(({ party_id, name, tally }) => {
    const of = { watched: tally?.watched ?? 0, expected: tally?.expected ?? 0 }
    const isChosen = party_id === party
    return html`<li data-class="${party_id}"><a href="${link(path, { ...asked, class: isChosen ? undefined : party_id })}"${isChosen && html` aria-current="true"`}><span>${name || party_id}</span>${bar(of.watched, of.expected, say('watchedOf', of))}<span class="num">${party && !isChosen ? '' : html`${of.watched}<small>/${of.expected}</small>`}</span></a></li>`
  })}</ul></section>`
}

function filters({ say, path, query }: Visit, { classes, minimum, party }: Lesson, reading: Reading) {
  const show = oneOf(lists, query.get('show'))
  return html`<form class="filters" action="${path}" data-filters>${reading !== 'students' && html`<input type="hidden" name="read" value="${reading}">`}
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

async function listPart(visit: Visit, lesson: Lesson, reading: Reading): Promise<Html> {
  const { say, query, room } = visit
  const show = oneOf(lists, query.get('show'))
  const sought = (query.get('q') ?? '').trim().slice(0, 64)
  if (!lesson.isHeld && lesson.living.state !== state.reserved) return html`<div id="list">${empty(say('notHeld'))}</div>`
  const sort = query.get('sort') === 'name' ? 'name' : 'class'
  const only = onlyOf(lesson)
  const joined = show === 'joined_after' ? await joinedEntries(visit, lesson, { reading, sought }) : undefined
  const places =
    show === 'joined_after' ? [] : await indexesOf(room.db, lesson.living, lesson.roll, { reading, show, classes: only, sort, sought })
  const { length } = joined ?? places
  const at = wholeOf(query, 'page', 1, Math.max(1, Math.ceil(length / pageSize)), 1)
  const here = <T>(all: readonly T[]) => all.slice((at - 1) * pageSize, at * pageSize)
  const entries = joined ? here(joined) : await entriesAt(visit, lesson, here(places))
  const nobody = sought || show !== 'missing' ? empty(say('nobodyFound')) : empty(say('allHere'), say('allHereSay'))
  return html`<div id="list">${entries.length ? listOf(visit, lesson, reading, show, entries) : nobody}${pager(visit, at, pageSize, length)}</div>`
}
