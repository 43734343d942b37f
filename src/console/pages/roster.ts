import { unsubscribedIn } from '../../roster/lookup.ts'
import { html } from '../html.ts'
import { choice, empty, page, pager } from '../layout.ts'
import { type Answer, integerParam, isAdministrator, type SignedInRequest } from '../page_request.ts'
import { uploadForm } from './import.ts'

const pageSize = 100

/** The students and parents who are not subscribed, and so are not counted; for an administrator also the import of a roster. */
export async function rosterPage(request: SignedInRequest): Promise<Answer> {
  const { serving, visibility, say, query, path } = request
  const classAsked = integerParam(query, 'class', 1, 2 ** 31, 0)
  const classes = classAsked && visibility.classes.has(classAsked) ? [classAsked] : [...visibility.classes]
  const at = integerParam(query, 'page', 1, 100_000, 1)
  const { total, people } = await unsubscribedIn(serving.db, visibility.corp_no, classes, (at - 1) * pageSize, pageSize)
  const namesOf = (partyids: string) =>
    partyids
      .split(',')
      .filter(Boolean)
      .map((id) => visibility.partyNames.get(Number(id)) ?? id)
      .join(' · ')
  const classOptions = [...visibility.classes].map(
    (party_id) => [String(party_id), visibility.partyNames.get(party_id) ?? String(party_id)] as const,
  )
  const body = html`<div class="title-line"><h1 class="page-title">${say('roster')}</h1>${isAdministrator(request) && html`<div class="tools"><a class="button" href="/unmatched">${say('unmatched')}</a><a class="button" href="#import">${say('importRoster')}</a></div>`}</div>
<section><h2>${say('notFollowing')} <small class="num">${total}</small></h2><p class="sub">${say('notFollowingSay')}</p>
${classOptions.length > 1 && html`<form class="filters" action="${path}" data-filters>${choice('class', say('class'), [['', say('allClasses')], ...classOptions], classAsked ? String(classAsked) : '')}<button>${say('apply')}</button></form>`}
${
  people.length === 0
    ? empty(say('everybodyFollows'))
    : html`<ul class="people">${people.map(
        ({ student_userid, name, partyids, parent_userid, relation }) =>
          html`<li><span class="name"><a href="/pupils/${encodeURIComponent(student_userid)}">${name}</a><small>${parent_userid ?? student_userid}</small></span><span class="of">${namesOf(partyids)}</span><span class="reason">${parent_userid === null ? say('student') : relation || say('parent')}</span></li>`,
      )}</ul>${pager(request, at, pageSize, total)}`
}</section>${isAdministrator(request) && uploadForm(request)}`
  return { page: page(request, { title: say('roster'), section: 'roster', body }) }
}
