import { countRoll, type Reading, type RollCounts, readings } from '../../attendance/roll/counts.ts'
import { state } from '../../living/store.ts'
import type { Counts } from '../../register/standing.ts'
import { html, nothing, pathWithQuery } from '../html.ts'
import { bar } from '../layout.ts'
import { type LivingView, readingNames, shownClassesOf } from '../living_view.ts'
import type { SignedInRequest } from '../page_request.ts'
import type { Text } from '../texts/say.ts'

/** Classes shown as bars. Where a living has more, those with the most missing; the class filter offers all of them. */
const mostBars = 48

const headlines: Record<Reading, readonly [whileLive: Text, afterEnd: Text]> = {
  students: ['missingStudents', 'missedStudents'],
  parents: ['missingParents', 'missedParents'],
  households: ['missingHouseholds', 'missedHouseholds'],
}

/** The counts of a living: the number of missing in large type, tabs for the three readings, and sums that show how the counts add up. */
export function numbersPart({ say, path, query }: SignedInRequest, livingView: LivingView, reading: Reading, counts: RollCounts) {
  const { living, isHeld, minimum, party } = livingView
  const tally = counts[reading]
  // nobody can miss a living that is neither live nor ended: the page shows who is expected instead
  const shown = isHeld ? 'missing' : 'expected'
  const sums = isHeld ? sumsIfHeld : sumsIfNotHeld
  const params = Object.fromEntries(query)
  const tab = (each: Reading) =>
    html`<a href="${pathWithQuery(path, { ...params, part: undefined, done: undefined, n: undefined, page: undefined, read: each === 'students' ? undefined : readingNames[each] })}"${each === reading && html` aria-current="true"`}><span>${say(each)}</span><b class="num" data-n="${readingNames[each]}.${shown}">${counts[each][shown]}</b></a>`
  const [whileLive, afterEnd] = headlines[reading]
  const flipped = minimum ? tally.missing - countRoll(livingView.plainRoll, shownClassesOf(livingView))[reading].missing : 0
  return html`<section class="numbers" id="numbers" data-reading="${readingNames[reading]}">
<nav class="readings" aria-label="${say('missing')}">${readings.map(tab)}</nav>
<div class="headline">${
    isHeld || living.state === state.reserved
      ? html`<p class="giant num" data-n="${readingNames[reading]}.${shown}">${tally[shown]}</p>
<p class="giant-label">${say(!isHeld ? 'expected' : living.state === state.live ? whileLive : afterEnd)}</p>`
      : html`<p class="unheld">${say('notHeld')}</p>`
  }</div>
<div class="sums">${isHeld && bar(tally.watched, tally.expected, say('watchedOf', tally))}
<dl>${sums.map(
    (name) =>
      html`<div class="${name}"><dt>${say(sumNames[name])}</dt><dd class="num" data-n="${readingNames[reading]}.${name}">${tally[name]}</dd></div>`,
  )}</dl>
${isHeld && html`<p class="sum num" data-sum>${say('sumSay', tally)}</p>`}
${minimum > 0 && html`<p class="flips" role="status">${say('flips', { percent: minimum, n: flipped })}</p>`}
${!party && counts.outsiders + counts.visitors > 0 && html`<p class="sub num"><a href="${pathWithQuery(path, { show: 'outside' })}">${say('outside')} ${counts.outsiders + counts.visitors}</a></p>`}
</div></section>`
}

const sumsIfHeld = ['watched', 'missing', 'expected', 'excused', 'not_subscribed', 'in_range'] as const
const sumsIfNotHeld = ['expected', 'excused', 'not_subscribed', 'in_range'] as const
const sumNames: Record<keyof Counts, Text> = {
  watched: 'watched',
  missing: 'missing',
  expected: 'expected',
  excused: 'excused',
  not_subscribed: 'notSubscribed',
  in_range: 'inRange',
}

/** A bar for each class, which links to the page of that class alone. Nothing for a living of one class. */
export function classBars({ say, path, query }: SignedInRequest, { classes, party }: LivingView, reading: Reading, counts: RollCounts) {
  if (classes.length < 2) return nothing
  const rows = classes.map((each) => ({ ...each, tally: counts.classes.get(each.party_id)?.[reading] }))
  const shown =
    party || rows.length <= mostBars ? rows : rows.toSorted((a, b) => (b.tally?.missing ?? 0) - (a.tally?.missing ?? 0)).slice(0, mostBars)
  const params = { ...Object.fromEntries(query), page: undefined, part: undefined, done: undefined, n: undefined }
  return html`<section class="by-class" id="by-class"><h2>${say('byClass')}</h2><ul>${shown.map(({ party_id, name, tally }) => {
    const counted = { watched: tally?.watched ?? 0, expected: tally?.expected ?? 0 }
    const isChosen = party_id === party
    return html`<li data-class="${party_id}"><a href="${pathWithQuery(path, { ...params, class: isChosen ? undefined : party_id })}"${isChosen && html` aria-current="true"`}><span>${name || party_id}</span>${bar(counted.watched, counted.expected, say('watchedOf', counted))}<span class="num">${party && !isChosen ? '' : html`${counted.watched}<small>/${counted.expected}</small>`}</span></a></li>`
  })}</ul></section>`
}
