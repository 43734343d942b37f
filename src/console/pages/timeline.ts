import { isWithin } from '../../attendance/roll/counts.ts'
import { linesByViewer } from '../../attendance/roll/list.ts'
import { html, nothing } from '../html.ts'
import { page } from '../layout.ts'
import { type Lesson, lessonOf } from '../lesson.ts'
import { type Answer, NotShown, type Visit } from '../visit.ts'
import { reasonText } from './missing.ts'

/** When somebody came and left, and who said so. With `part` as a piece to open in the list. */
export async function timelinePage(visit: Visit): Promise<Answer> {
  const { query, room, say } = visit
  const lesson = await lessonOf(visit)
  const viewer_no = Number(query.get('viewer'))
  if (placeOf(lesson, viewer_no) === undefined) throw new NotShown(403)
  const line = (await linesByViewer(room.db, lesson.living, lesson.view, [viewer_no])).get(viewer_no)
  if (!line) throw new NotShown(404)
  const { shown, timeline } = line
  const { start, end } = lesson.view
  const until = end === Infinity ? visit.now : end
  const track = start !== null && timeline.length > 0 && drawn(timeline, start, until)
  const piece = html`<div class="timeline">${timeline.length === 0 ? html`<p>${say('timelineNone')}</p>` : nothing}${track}
<ol>${timeline.map(
    (stay) =>
      html`<li><b class="num">${say('stay', { enter: visit.times.exact(stay.enter_time), leave: visit.times.exact(stay.leave_time) })}</b> <span class="num">${visit.times.length(stay.leave_time - stay.enter_time)}</span> <small>${say(stay.replay ? 'replay' : 'liveStay')}${stay.is_comment > 0 && html` · ${say('commented')}`} · ${say('source')} ${stay.source}</small></li>`,
  )}</ol>${shown.watch_time > 0 && html`<p>${say('total', { time: visit.times.length(shown.watch_time) })}</p>`}</div>`
  if (query.get('part')) return { page: piece }
  const back = `/livings/${encodeURIComponent(lesson.living.livingid)}`
  const body = html`<p><a href="${back}">${lesson.living.theme}</a></p><h1>${shown.name}${shown.relation && html` <small>${shown.relation}</small>`}</h1><p class="sub">${say('timeline')} · ${reasonText(visit, line)}</p>${piece}`
  return { page: page(visit, { title: shown.name, section: 'livings', body }) }
}

/** Where a viewer stands in the roll, if this account may see the line. */
export function placeOf({ roll, scope }: Lesson, viewer_no: number): number | undefined {
  const place = roll.viewer_nos.indexOf(viewer_no)
  return place >= 0 && isWithin(roll, place, scope) ? place : undefined
}

function drawn(stays: readonly { enter_time: number; leave_time: number; replay: number }[], start: number, end: number) {
  const width = Math.max(1, end - start)
  const at = (time: number) => Math.round(((Math.min(Math.max(time, start), end) - start) * 1000) / width) / 10
  return html`<svg class="bar stays" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="1" />${stays
    .filter((stay) => !stay.replay)
    .map(
      (stay) =>
        html`<rect class="fill" x="${at(stay.enter_time)}" width="${Math.max(0.6, at(stay.leave_time) - at(stay.enter_time))}" height="1" />`,
    )}</svg>`
}
