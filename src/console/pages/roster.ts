import { unsubscribedIn } from '../../roster/lookup.ts'
import { html } from '../html.ts'
import { choice, empty, page, pager } from '../layout.ts'
import { type Answer, isAdministrator, type Visit, wholeOf } from '../visit.ts'
import { uploadForm } from './import.ts'

const pageSize = 100

/** Who is not counted because they do not follow the notices. */
export async function rosterPage(visit: Visit): Promise<Answer> {
  const { room, sight, say, query, path } = visit
  const asked = wholeOf(query, 'class', 1, 2 ** 31, 0)
  const classes = asked && sight.classes.has(asked) ? [asked] : [...sight.classes]
  const at = wholeOf(query, 'page', 1, 100_000, 1)
  const { total, people } = await unsubscribedIn(room.db, sight.corp_no, classes, (at - 1) * pageSize, pageSize)
  const namesOf = (partyids: string) =>
    partyids
      .split(',')
      .filter(Boolean)
      .map((id) => sight.names.get(Number(id)) ?? id)
      .join(' · ')
  const named = [...sight.classes].map((party_id) => [String(party_id), sight.names.get(party_id) ?? String(party_id)] as const)
  const body = html`<div class="title-line"><h1 class="page-title">${say('roster')}</h1>${isAdministrator(visit) && html`<div class="tools"><a class="button" href="#import">${say('importRoster')}</a></div>`}</div>
<section><h2>${say('notFollowing')} <small class="num">${total}</small></h2><p class="sub">${say('notFollowingSay')}</p>
${named.length > 1 && html`<form class="filters" action="${path}" data-filters>${choice('class', say('class'), [['', say('allClasses')], ...named], asked ? String(asked) : '')}<button>${say('apply')}</button></form>`}
${
  people.length === 0
    ? empty(say('everybodyFollows'))
    : html`<ul class="people">${people.map(
        ({ student_userid, name, partyids, parent_userid, relation }) =>
          html`<li><span class="name"><a href="/pupils/${encodeURIComponent(student_userid)}">${name}</a><small>${parent_userid ?? student_userid}</small></span><span class="of">${namesOf(partyids)}</span><span class="reason">${parent_userid === null ? say('pupil') : relation || say('parent')}</span></li>`,
      )}</ul>${pager(visit, at, pageSize, total)}`
}</section>${isAdministrator(visit) && uploadForm(visit)}`
  return { page: page(visit, { title: say('roster'), section: 'roster', body }) }
}
