import { countRoll } from '../../attendance/roll/counts.ts'
import { indexesOf } from '../../attendance/roll/list.ts'
import { state } from '../../living/store.ts'
import { html } from '../html.ts'
import { page } from '../layout.ts'
import { type ListedLine, type LivingView, listedLinesAt, livingViewOf, shownClassesOf } from '../living_view.ts'
import type { Answer, SignedInRequest } from '../page_request.ts'
import { parentTags, reasonText } from './missing.ts'

/** Names in a message or on a printed sheet. */
const mostNames = 3000

/** The names of the missing students by class, as plain text for the class's chat group. */
export async function textOf(request: SignedInRequest): Promise<Answer> {
  const { say } = request
  const livingView = await livingViewOf(request)
  const { theme } = livingView.living
  if (!livingView.isHeld) return { text: `${theme}：${say(notHeldText(livingView))}\n` }
  const groups = await missingByClass(request, livingView)
  const n = groups.reduce((sum, group) => sum + group.listedLines.length, 0)
  if (n === 0) return { text: `${say('textNone', { theme })}\n` }
  const lines = groups.map(({ name, listedLines }) => `${name}：${listedLines.map(({ line }) => line.shown.name).join('、')}`)
  return { text: `${say(livingView.living.state === state.live ? 'textLead' : 'textLeadEnded', { theme, n })}\n${lines.join('\n')}\n` }
}

/** A page to print for the form teacher: the missing students, with room for remarks and a signature. */
export async function printPage(request: SignedInRequest): Promise<Answer> {
  const { say, times, now, account } = request
  const livingView = await livingViewOf(request)
  const { living, roll } = livingView
  const groups = await missingByClass(request, livingView)
  const { students } = countRoll(roll, shownClassesOf(livingView))
  const at = living.start_time ?? living.reserve_start
  const body = html`<article class="paper"><header><div><p class="sub">${account.corp_name}</p><h1>${living.theme}</h1><p class="sub num">${times.date(at)} ${times.clock(at)} · ${say('anchor')} ${living.anchor_userid}</p><p class="sub num">${say('sumSay', students)}</p></div><button type="button" class="no-print" data-print hidden>${say('print')}</button></header>
${groups.map(
  ({ name, listedLines }) =>
    html`<section><h2>${name} <small class="num">${say('missing')} ${listedLines.length}</small></h2><table><thead><tr><th scope="col">${say('student')}</th><th scope="col">${say('reason')}</th><th scope="col">${say('parentsOfStudent')}</th><th scope="col" class="remark"></th></tr></thead><tbody>${listedLines.map(
      ({ line, householdLines }) =>
        html`<tr><td>${line.shown.name}</td><td>${reasonText(request, line)}</td><td>${parentTags(request, householdLines)}</td><td></td></tr>`,
    )}</tbody></table></section>`,
)}
${groups.length === 0 && html`<p>${say(livingView.isHeld ? 'allHere' : notHeldText(livingView))}</p>`}
<footer class="num"><span>${say('printed', { at: times.moment(now) })}</span><span class="sign">${say('signature')}</span></footer></article>`
  return { page: page(request, { title: `${living.theme} · ${say('print')}`, section: 'livings', body }) }
}

/** The text that stands in for the missing students of a living that is neither live nor ended. */
const notHeldText = ({ living }: LivingView) => (living.state === state.reserved ? 'reserved' : 'notHeld')

async function missingByClass(request: SignedInRequest, livingView: LivingView): Promise<{ name: string; listedLines: ListedLine[] }[]> {
  const { serving, visibility } = request
  if (!livingView.isHeld) return []
  const shownClasses = shownClassesOf(livingView)
  const wanted = { reading: 'students', show: 'missing', classes: shownClasses, sort: 'class', sought: '' } as const
  const indexes = await indexesOf(serving.db, livingView.living, livingView.roll, wanted)
  const listedLines = await listedLinesAt(request, livingView, indexes.slice(0, mostNames))
  const classOf = ({ line }: ListedLine) => line.shown.partyids.find((party_id) => !shownClasses || shownClasses.has(party_id)) ?? 0
  return [...Map.groupBy(listedLines, classOf)].map(([party_id, some]) => ({
    name: visibility.partyNames.get(party_id) ?? String(party_id),
    listedLines: some,
  }))
}
