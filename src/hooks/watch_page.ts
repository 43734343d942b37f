import { plannedEnd } from '../living/due.ts'
import type { Living } from '../living/store.ts'
import type { Lang } from '../request/language.ts'
import type { Linked } from './link_token.ts'
import { livingState } from './living_state.ts'
import { documentOf, escaped } from './page.ts'
import { englishRelations, texts } from './page_texts.ts'

/** What the page of a valid link is made from. `now`: unix seconds; `timeZone`: the school's, an IANA name. */
type Shown = {
  readonly living: Living
  readonly linked: Linked
  readonly link: string
  readonly lang: Lang
  readonly timeZone: string
  readonly now: number
}

/**
 * The page of a valid link. All its texts are in the HTML, and scripts only show and hide them: watch.js plays the stream and asks for this
 * page again when the living may have started or ended, heartbeat.js reports what is watched.
 */
export function watchPage(shown: Shown): string {
  const { living, linked, link, lang, timeZone, now } = shown
  const say = texts[lang]
  const state = livingState(living)
  const isHeld = state === 'reserved' || state === 'live' || state === 'ended'
  const playUrl = isHeld ? linked.play_url : null
  const scripts = playUrl
    ? `<script src="/hls.js"></script>
<script src="/watch.js"></script>
<script src="/heartbeat.js" data-link="${escaped(link)}" data-replay="${state === 'ended' ? 1 : 0}"></script>`
    : '<script src="/watch.js"></script>'
  return documentOf(lang, {
    title: living.theme,
    body: `<main data-state="${state}" data-start="${living.reserve_start}" data-now="${now}" data-link="${escaped(link)}" data-zone="${escaped(timeZone)}"${playUrl ? ` data-play-url="${escaped(playUrl)}"` : ''}>
<header>
<p class="state ${state}">${say[state]}</p>
<h1>${escaped(living.theme)}</h1>
<p class="when">${escaped(timesOf(shown))}</p>
</header>
${playUrl ? screen(lang) : ''}<section id="about">${about(shown, playUrl !== null)}</section>
<section id="who">
<p class="name">${viewerText(linked, lang)}</p>
${playUrl ? countingTexts(lang, state === 'ended') : ''}</section>
${playUrl ? help(lang, state === 'ended') : ''}</main>
${scripts}`,
  })
}

/** What there is to say about the living as it stands. */
function about({ living, lang }: Shown, hasVideo: boolean): string {
  const say = texts[lang]
  const state = livingState(living)
  if (state === 'reserved')
    return `<div class="countdown" hidden><p>${say.countdown}</p><p class="left" role="timer" data-days="${say.days}"></p></div>
<p class="due" hidden>${say.due}</p>
<p>${hasVideo ? say.reservedSay : say.reservedElsewhere}</p>`
  if (state === 'live') return hasVideo ? '' : `<p>${say.liveElsewhere}</p>`
  if (state === 'ended') return `<p>${say.endedSay}</p>${hasVideo ? `<p class="recording" hidden>${say.recording}</p>` : ''}`
  return `<p>${state === 'cancelled' ? say.cancelledSay : say.expiredSay}</p>`
}

/** The player, which watch.js shows when there is something to play. */
function screen(lang: Lang): string {
  const say = texts[lang]
  return `<div id="screen" hidden>
<video controls muted playsinline webkit-playsinline x5-playsinline preload="none" aria-label="${say.video}"></video>
<button type="button" id="sound" hidden>${say.sound}</button>
<p id="stalled" role="status" hidden>${say.stalled}</p>
</div>
<p id="connecting" role="status" hidden>${say.connecting}</p>
<p id="unsupported" class="warning" hidden>${say.unsupported}</p>
<noscript><p class="warning">${say.noScript}</p></noscript>
`
}

/** Whether time is being counted: one of these texts is shown. After the end watch.js shows them when there is a recording. */
function countingTexts(lang: Lang, isEnded: boolean): string {
  const say = texts[lang]
  const shown = (name: 'idle' | 'playing' | 'paused' | 'waiting' | 'uncounted' | 'refused', isHidden = true) =>
    `<p data-counting="${name}"${isHidden ? ' hidden' : ''}>${say[name].replace('{time}', '<b class="since"></b>')}</p>`
  return `<div id="counted"${isEnded ? ' hidden' : ''}>
<div role="status">${shown('idle', false)}${shown('playing')}${shown('paused')}${shown('waiting')}${shown('uncounted')}${shown('refused')}</div>
<p class="small">${say.counted}</p>
</div>
`
}

function help(lang: Lang, isEnded: boolean): string {
  const say = texts[lang]
  const steps = say.helpSteps.map((step) => `<li>${step}</li>`).join('')
  return `<details id="help"${isEnded ? ' hidden' : ''}><summary>${say.help}</summary><ul>${steps}</ul><p>${say.whatCounts}</p></details>
`
}

/** Who the link belongs to, as HTML: the student, or a parent by the relation to the student. */
function viewerText({ name, parent_no, relation }: Linked, lang: Lang): string {
  const say = texts[lang]
  const known = lang === 'en' ? (englishRelations[relation] ?? relation) : relation
  return (parent_no === 0 ? say.student : say.parent)
    .replace('{name}', () => escaped(name))
    .replace('{relation}', () => (known ? escaped(known) : say.someParent))
}

type Formatters = { readonly date: Intl.DateTimeFormat; readonly clock: Intl.DateTimeFormat; readonly zoneName: Intl.DateTimeFormat }

/** To make them takes 0.2 ms, a fifth of a second for 1,000 pages. A server has one time zone, and pages have two languages. */
const formatters = new Map<string, Formatters>()

function formattersOf(locale: string, timeZone: string): Formatters {
  const key = `${locale} ${timeZone}`
  const made = formatters.get(key) ?? {
    date: new Intl.DateTimeFormat(locale, { timeZone, month: 'long', day: 'numeric', weekday: 'long' }),
    clock: new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    zoneName: new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'shortGeneric' }),
  }
  formatters.set(key, made)
  return made
}

/** Date, beginning and end in the school's time zone: as planned, and of a living that has started as it was. */
function timesOf({ living, lang, timeZone }: Shown): string {
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB'
  const begin = living.start_time ?? living.reserve_start
  const end = living.end_time ?? plannedEnd(living)
  const { date, clock, zoneName } = formattersOf(locale, timeZone)
  const zone = zoneName.formatToParts(begin * 1000).find(({ type }) => type === 'timeZoneName')?.value
  return `${date.format(begin * 1000)} ${clock.format(begin * 1000)}–${clock.format(end * 1000)} ${zone ?? timeZone}`
}
