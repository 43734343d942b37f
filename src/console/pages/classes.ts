import { type HistoryEntry, historyOf } from '../../attendance/history.ts'
import { classSizes, studentsOfClass } from '../../roster/lookup.ts'
import { html } from '../html.ts'
import { bar, empty, page } from '../layout.ts'
import { type Answer, PageError, type SignedInRequest } from '../page_request.ts'
import { legend, livingHeaders, square, termOfRequest, termSwitch } from './term.ts'

/** The classes that the account holds; for an administrator, all classes. */
export async function classesPage(request: SignedInRequest): Promise<Answer> {
  const { serving, visibility, say } = request
  const sizes = await classSizes(serving.db, visibility.corp_no, [...visibility.classes])
  const body = html`<h1 class="page-title">${say('classes')}</h1>${
    sizes.length === 0
      ? empty(say('noClasses'))
      : html`<ul class="tiles">${sizes.map(
          ({ party_id, students, unsubscribed }) =>
            html`<li><a href="/classes/${party_id}"><b>${visibility.partyNames.get(party_id) ?? party_id}</b><span class="num">${say('studentsN', { n: students })}</span>${unsubscribed > 0 && html`<small class="num">${say('notSubscribed')} ${unsubscribed}</small>`}</a></li>`,
        )}</ul>`
  }`
  return { page: page(request, { title: say('classes'), section: 'classes', body }) }
}

/** A class over a term, as a heat map: a row for each student, a square for each living. */
export async function classPage(request: SignedInRequest): Promise<Answer> {
  const { serving, visibility, say, params } = request
  const party_id = Number(params.party)
  if (!visibility.classes.has(party_id)) throw new PageError(visibility.partyNames.has(party_id) ? 403 : 404)
  const students = await studentsOfClass(serving.db, visibility.corp_no, party_id)
  const term = await termOfRequest(request, party_id)
  const history = await historyOf(
    serving.db,
    visibility.corp_no,
    term.livings.map((living) => living.living_no),
    students.map((student) => student.student_no),
  )
  const historyByStudentAndLiving = new Map(history.map((each) => [`${each.student_no} ${each.living_no}`, each]))
  const name = visibility.partyNames.get(party_id) ?? String(party_id)
  const heatMap = html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="heat-map"><thead><tr><th scope="col">${say('student')}</th><th scope="col">${say('rate')}</th>${livingHeaders(request, term.livings)}</tr></thead><tbody>${students.map(
    (student) => {
      const studentHistory = term.livings.map((living) => historyByStudentAndLiving.get(`${student.student_no} ${living.living_no}`))
      const { watched, expected } = rateOf(studentHistory)
      return html`<tr><th scope="row"><a href="/pupils/${encodeURIComponent(student.student_userid)}">${student.name}</a></th><td class="num rate">${expected ? `${Math.round((watched * 100) / expected)}%` : '–'}</td>${studentHistory.map((historyEntry) => square(request, historyEntry))}</tr>`
    },
  )}</tbody></table></div>`
  const body = html`<div class="title-line"><h1 class="page-title">${name}<small class="num">${say('studentsN', { n: students.length })}</small></h1>${termSwitch(request, term)}</div>
${term.livings.length === 0 ? empty(say('noLivingsInTerm')) : html`${legend(request)}${heatMap}`}`
  return { page: page(request, { title: name, section: 'classes', body }) }
}

/** How many of these livings a student was expected in, and how many of those the student watched. */
export function rateOf(history: readonly (HistoryEntry | undefined)[]) {
  const expected = history.filter((historyEntry) => historyEntry?.isExpected)
  return { expected: expected.length, watched: expected.filter((historyEntry) => historyEntry?.own === 'watched').length }
}

/** The rate as a bar, labelled with its two numbers. */
export const rateBar = (request: SignedInRequest, history: readonly (HistoryEntry | undefined)[]) => {
  const { watched, expected } = rateOf(history)
  return bar(watched, expected, request.say('livingsOf', { watched, expected }))
}
