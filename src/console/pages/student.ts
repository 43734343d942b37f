import { historyOf } from '../../attendance/history.ts'
import { parentsOfStudent, studentWithUserid } from '../../roster/lookup.ts'
import { html } from '../html.ts'
import { empty, page } from '../layout.ts'
import { type Answer, PageError, type SignedInRequest } from '../page_request.ts'
import { visibleClassesOf } from '../visibility.ts'
import { rateBar, rateOf } from './classes.ts'
import { legend, livingHeaders, square, standingText, termOfRequest, termSwitch } from './term.ts'

/** One student over a term. A teacher who does not hold a class of the student sees only the livings that they anchor. */
export async function studentPage(request: SignedInRequest): Promise<Answer> {
  const { serving, visibility, say, params, times } = request
  const student = await studentWithUserid(serving.db, visibility.corp_no, params.userid ?? '')
  if (!student) throw new PageError(404)
  const classes = student.partyids.split(',').filter(Boolean).map(Number)
  const isClassHeld = visibility.isWholeSchool || classes.some((party_id) => visibility.classes.has(party_id))
  const term = await termOfRequest(request, undefined)
  const visible = term.livings.filter((living) => isClassHeld || visibleClassesOf(visibility, living) === undefined)
  const historyByLiving = new Map(
    (
      await historyOf(
        serving.db,
        visibility.corp_no,
        visible.map((living) => living.living_no),
        [student.student_no],
      )
    ).map((historyEntry) => [historyEntry.living_no, historyEntry]),
  )
  const livings = visible.filter((living) => historyByLiving.has(living.living_no))
  if (!isClassHeld && livings.length === 0) throw new PageError(403)
  const studentHistory = livings.map((living) => historyByLiving.get(living.living_no))
  const { watched, expected } = rateOf(studentHistory)
  const parents = isClassHeld ? await parentsOfStudent(serving.db, visibility.corp_no, student.student_no) : []
  const names = classes.map((party_id) =>
    visibility.classes.has(party_id)
      ? html`<a href="/classes/${party_id}">${visibility.partyNames.get(party_id) ?? party_id}</a> `
      : html`${visibility.partyNames.get(party_id) ?? party_id} `,
  )
  const body = html`<div class="title-line"><div><h1 class="page-title">${student.name}<small>${student.student_userid}</small></h1><p class="sub">${names}${!student.is_subscribe && html`<span class="tag">${say('not_subscribed')}</span>`}</p></div>${termSwitch(request, term)}</div>
${
  livings.length === 0
    ? empty(say('noLivingsInTerm'))
    : html`<section class="numbers one"><div class="headline"><p class="giant num">${expected ? Math.round((watched * 100) / expected) : 0}<small>%</small></p><p class="giant-label">${say('rate')} · ${say('livingsOf', { watched, expected })}</p></div><div class="sums">${rateBar(request, studentHistory)}
${parents.length > 0 && html`<ul class="family">${parents.map(({ relation, parent_userid, is_subscribe }) => html`<li><b>${relation || say('parent')}</b> <small>${parent_userid}</small> ${!is_subscribe && html`<span class="tag">${say('not_subscribed')}</span>`}</li>`)}</ul>`}</div></section>
${legend(request)}
<div class="scroll" tabindex="0" role="region" aria-label="${student.name}"><table class="heat-map single"><thead><tr>${livingHeaders(request, livings)}</tr></thead><tbody><tr>${studentHistory.map((historyEntry) => square(request, historyEntry))}</tr></tbody></table></div>
<ul class="livings">${livings.toReversed().map((living) => {
        return html`<li><a href="/livings/${encodeURIComponent(living.livingid)}"><span class="when num"><b>${times.shortDate(living.start_time ?? 0)}</b><small>${times.clock(living.start_time ?? 0)}</small></span><span class="what"><b>${living.theme}</b></span><span class="badge plain">${standingText(request, historyByLiving.get(living.living_no))}</span></a></li>`
      })}</ul>`
}`
  return { page: page(request, { title: student.name, section: 'classes', body }) }
}
