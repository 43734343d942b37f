import { historyOf } from '../../attendance/history.ts'
import { parentsOfStudent, studentWithUserid } from '../../roster/lookup.ts'
import { html } from '../html.ts'
import { empty, page } from '../layout.ts'
import { scopeOf } from '../sight.ts'
import { type Answer, NotShown, type Visit } from '../visit.ts'
import { rateBar, rateOf } from './classes.ts'
import { legend, lessonHeads, square, standingText, termOfVisit, termSwitch } from './term.ts'

/** One pupil over a term. A teacher who does not hold the class sees only the lessons they gave. */
export async function pupilPage(visit: Visit): Promise<Answer> {
  const { room, sight, say, params, times } = visit
  const pupil = await studentWithUserid(room.db, sight.corp_no, params.userid ?? '')
  if (!pupil) throw new NotShown(404)
  const classes = pupil.partyids.split(',').filter(Boolean).map(Number)
  const isHeld = sight.everything || classes.some((party_id) => sight.classes.has(party_id))
  const term = await termOfVisit(visit, undefined)
  const visible = term.livings.filter((living) => isHeld || scopeOf(sight, living) === undefined)
  const history = new Map(
    (
      await historyOf(
        room.db,
        sight.corp_no,
        visible.map((living) => living.living_no),
        [pupil.student_no],
      )
    ).map((stood) => [stood.living_no, stood]),
  )
  const livings = visible.filter((living) => history.has(living.living_no))
  if (!isHeld && livings.length === 0) throw new NotShown(403)
  const line = livings.map((living) => history.get(living.living_no))
  const { watched, expected } = rateOf(line)
  const parents = isHeld ? await parentsOfStudent(room.db, sight.corp_no, pupil.student_no) : []
  const names = classes.map((party_id) =>
    sight.classes.has(party_id)
      ? html`<a href="/classes/${party_id}">${sight.names.get(party_id) ?? party_id}</a> `
      : html`${sight.names.get(party_id) ?? party_id} `,
  )
  const body = html`<div class="title-line"><div><h1 class="page-title">${pupil.name}<small>${pupil.student_userid}</small></h1><p class="sub">${names}${!pupil.is_subscribe && html`<span class="tag">${say('not_subscribed')}</span>`}</p></div>${termSwitch(visit, term)}</div>
${
  livings.length === 0
    ? empty(say('noLessonsInTerm'))
    : html`<section class="numbers one"><div class="headline"><p class="giant num">${expected ? Math.round((watched * 100) / expected) : 0}<small>%</small></p><p class="giant-label">${say('rate')} · ${say('lessonsOf', { watched, expected })}</p></div><div class="sums">${rateBar(visit, line)}
${parents.length > 0 && html`<ul class="family">${parents.map(({ relation, parent_userid, is_subscribe }) => html`<li><b>${relation || say('parent')}</b> <small>${parent_userid}</small> ${!is_subscribe && html`<span class="tag">${say('not_subscribed')}</span>`}</li>`)}</ul>`}</div></section>
${legend(visit)}
<div class="scroll" tabindex="0" role="region" aria-label="${pupil.name}"><table class="heat-map single"><thead><tr>${lessonHeads(visit, livings)}</tr></thead><tbody><tr>${line.map((stood) => square(visit, stood))}</tr></tbody></table></div>
<ul class="livings">${livings.toReversed().map((living) => {
        return html`<li><a href="/livings/${encodeURIComponent(living.livingid)}"><span class="when num"><b>${times.shortDate(living.start_time ?? 0)}</b><small>${times.clock(living.start_time ?? 0)}</small></span><span class="what"><b>${living.theme}</b></span><span class="badge plain">${standingText(visit, history.get(living.living_no))}</span></a></li>`
      })}</ul>`
}`
  return { page: page(visit, { title: pupil.name, section: 'classes', body }) }
}
