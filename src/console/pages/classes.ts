import { type HistoryEntry, historyOf } from '../../attendance/history.ts'
import { classSizes, pupilsOfClass } from '../../roster/look.ts'
import { html } from '../html.ts'
import { bar, empty, page } from '../layout.ts'
import { type Answer, NotShown, type Visit } from '../visit.ts'
import { legend, lessonHeads, square, termOfVisit, termSwitch } from './term.ts'

/** The classes one holds; an administrator, all. */
export async function classesPage(visit: Visit): Promise<Answer> {
  const { room, sight, say } = visit
  const sizes = await classSizes(room.db, sight.corp_no, [...sight.classes])
  const body = html`<h1 class="page-title">${say('classes')}</h1>${
    sizes.length === 0
      ? empty(say('noClasses'))
      : html`<ul class="tiles">${sizes.map(
          ({ party_id, pupils, silent }) =>
            html`<li><a href="/classes/${party_id}"><b>${sight.names.get(party_id) ?? party_id}</b><span class="num">${say('pupilsN', { n: pupils })}</span>${silent > 0 && html`<small class="num">${say('notSubscribed')} ${silent}</small>`}</a></li>`,
        )}</ul>`
  }`
  return { page: page(visit, { title: say('classes'), section: 'classes', body }) }
}

/** A class over a term: a line a pupil, a square a lesson. */
export async function classPage(visit: Visit): Promise<Answer> {
  const { room, sight, say, params } = visit
  const party_id = Number(params.party)
  if (!sight.classes.has(party_id)) throw new NotShown(sight.names.has(party_id) ? 403 : 404)
  const pupils = await pupilsOfClass(room.db, sight.corp_no, party_id)
  const term = await termOfVisit(visit, party_id)
  const history = await historyOf(
    room.db,
    sight.corp_no,
    term.livings.map((living) => living.living_no),
    pupils.map((pupil) => pupil.student_no),
  )
  const stood = new Map(history.map((each) => [`${each.student_no} ${each.living_no}`, each]))
  const name = sight.names.get(party_id) ?? String(party_id)
  const map = html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="heat-map"><thead><tr><th scope="col">${say('pupil')}</th><th scope="col">${say('rate')}</th>${lessonHeads(visit, term.livings)}</tr></thead><tbody>${pupils.map(
    (pupil) => {
      const line = term.livings.map((living) => stood.get(`${pupil.student_no} ${living.living_no}`))
      const { watched, expected } = rateOf(line)
      return html`<tr><th scope="row"><a href="/pupils/${encodeURIComponent(pupil.student_userid)}">${pupil.name}</a></th><td class="num rate">${expected ? `${Math.round((watched * 100) / expected)}%` : '–'}</td>${line.map((stood) => square(visit, stood))}</tr>`
    },
  )}</tbody></table></div>`
  const body = html`<div class="title-line"><h1 class="page-title">${name}<small class="num">${say('pupilsN', { n: pupils.length })}</small></h1>${termSwitch(visit, term)}</div>
${term.livings.length === 0 ? empty(say('noLessonsInTerm')) : html`${legend(visit)}${map}`}`
  return { page: page(visit, { title: name, section: 'classes', body }) }
}

export function rateOf(line: readonly (HistoryEntry | undefined)[]) {
  const expected = line.filter((stood) => stood?.isExpected)
  return { expected: expected.length, watched: expected.filter((stood) => stood?.own === 'watched').length }
}

export const rateBar = (visit: Visit, line: readonly (HistoryEntry | undefined)[]) => {
  const { watched, expected } = rateOf(line)
  return bar(watched, expected, visit.say('lessonsOf', { watched, expected }))
}
