import { isWithin } from '../../attendance/roll/counts.ts'
import { linesByViewer } from '../../attendance/roll/list.ts'
import { html, nothing } from '../html.ts'
import { page } from '../layout.ts'
import { reasonText } from '../line_texts.ts'
import { type LivingView, livingViewOf } from '../living_view.ts'
import { type Answer, PageError, type SignedInRequest } from '../page_request.ts'

/**
 * The stays of one viewer in a living: when each began and ended, and which source reported it. With `part` in the query only the list of
 * stays, which assets/console.js puts below the viewer's row.
 */
export async function timelinePage(request: SignedInRequest): Promise<Answer> {
  const { query, serving, say } = request
  const livingView = await livingViewOf(request)
  const viewer_no = Number(query.get('viewer'))
  if (indexInRoll(livingView, viewer_no) === undefined) throw new PageError(403)
  const line = (await linesByViewer(serving.db, livingView.living, livingView.reportView, [viewer_no])).get(viewer_no)
  if (!line) throw new PageError(404)
  const { shown, timeline } = line
  const { start, end } = livingView.reportView
  const until = end === Infinity ? request.now : end
  const track = start !== null && timeline.length > 0 && stayBars(timeline, start, until)
  const timelinePart = html`<div class="timeline">${timeline.length === 0 ? html`<p>${say('timelineNone')}</p>` : nothing}${track}
<ol>${timeline.map(
    (stay) =>
      html`<li><b class="num">${say('stay', { enter: request.times.exact(stay.enter_time), leave: request.times.exact(stay.leave_time) })}</b> <span class="num">${request.times.length(stay.leave_time - stay.enter_time)}</span> <small>${say(stay.replay ? 'replay' : 'liveStay')}${stay.is_comment > 0 && html` · ${say('commented')}`} · ${say('source')} ${stay.source}</small></li>`,
  )}</ol>${shown.watch_time > 0 && html`<p>${say('total', { time: request.times.length(shown.watch_time) })}</p>`}</div>`
  if (query.get('part')) return { page: timelinePart }
  const back = `/livings/${encodeURIComponent(livingView.living.livingid)}`
  const body = html`<p><a href="${back}">${livingView.living.theme}</a></p><h1>${shown.name}${shown.relation && html` <small>${shown.relation}</small>`}</h1><p class="sub">${say('timeline')} · ${reasonText(request, line)}</p>${timelinePart}`
  return { page: page(request, { title: shown.name, section: 'livings', body }) }
}

/** The index of a viewer in the roll; undefined if there is no such line, or if the account may not see the line. */
export function indexInRoll({ roll, visibleClasses }: LivingView, viewer_no: number): number | undefined {
  const index = roll.viewer_nos.indexOf(viewer_no)
  return index >= 0 && isWithin(roll, index, visibleClasses) ? index : undefined
}

/** The stays from `start` to `end`, drawn on a bar; not those in the replay. */
function stayBars(stays: readonly { enter_time: number; leave_time: number; replay: number }[], start: number, end: number) {
  const width = Math.max(1, end - start)
  const at = (time: number) => Math.round(((Math.min(Math.max(time, start), end) - start) * 1000) / width) / 10
  return html`<svg class="bar stays" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="1" />${stays
    .filter((stay) => !stay.replay)
    .map(
      (stay) =>
        html`<rect class="fill" x="${at(stay.enter_time)}" width="${Math.max(0.6, at(stay.leave_time) - at(stay.enter_time))}" height="1" />`,
    )}</svg>`
}
