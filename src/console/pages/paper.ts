import { countRoll, type Reading } from '../../attendance/roll/counts.ts'
import { state } from '../../living/store.ts'
import { type Html, html, nothing, pathWithQuery } from '../html.ts'
import { page } from '../layout.ts'
import { nameOf, parentsAmong, parentTags, reasonText } from '../line_texts.ts'
import { type ListedLine, type LivingList, listTexts, livingListOf, partsOf, queryOfList } from '../living_list.ts'
import { type LivingView, livingViewOf, shownClassesOf } from '../living_view.ts'
import type { Answer, SignedInRequest } from '../page_request.ts'
import type { Text } from '../texts/say.ts'

/** Entries of a printed sheet: a browser lays out 3,000 rows in a second or two. The page says how many more there are. */
const mostRows = 3000

const leads: Record<Reading, readonly [whileLive: Text, afterEnd: Text, nobody: Text]> = {
  students: ['textLeadStudents', 'textLeadEndedStudents', 'textNoneStudents'],
  parents: ['textLeadParents', 'textLeadEndedParents', 'textNoneParents'],
  households: ['textLeadHouseholds', 'textLeadEndedHouseholds', 'textNoneHouseholds'],
}

/** The names of a living's list as plain text for a chat group: sorted by class a row for each class, sorted by name one row. */
export async function textOf(request: SignedInRequest): Promise<Answer> {
  const { say } = request
  const livingView = await livingViewOf(request)
  const { theme } = livingView.living
  if (!livingView.isHeld) return { text: `${theme}：${say(notHeldText(livingView))}\n` }
  const list = await livingListOf(request, livingView)
  const namesByGroup = new Map<number, string[]>()
  for await (const entries of partsOf(list))
    for (const entry of entries) {
      const group = groupOf(list, entry.party_id)
      const names = namesByGroup.get(group) ?? []
      namesByGroup.set(group, names)
      names.push(nameInText(request, list.reading, entry))
    }
  const rows = [...namesByGroup].map(([group, names]) => (list.sort === 'name' ? '' : `${headingOf(request, group)}：`) + names.join('、'))
  const minimum = livingView.minimum ? [say('minimumOf', { percent: livingView.minimum })] : []
  return { text: [leadOf(request, livingView, list), ...rows, ...minimum, ''].join('\n') }
}

function leadOf({ say }: SignedInRequest, { living }: LivingView, { reading, show, sought, partyIds }: LivingList): string {
  const { theme } = living
  const n = partyIds.length
  const [whileLive, afterEnd, nobody] = leads[reading]
  if (show === 'missing' && !sought) return say(n === 0 ? nobody : living.state === state.live ? whileLive : afterEnd, { theme, n })
  const list = [say(listTexts[show]), say(reading), ...(sought ? [say('searched', { sought })] : [])].join(' · ')
  return say(n === 0 ? 'textNoneOther' : 'textLeadOther', { theme, n, list })
}

/** The name of an entry; of a household with the parents, such as 张小三（妈妈、爸爸）. */
function nameInText(request: SignedInRequest, reading: Reading, { line, householdLines }: ListedLine): string {
  const name = nameOf(request, reading, line)
  if (reading !== 'households') return name
  const parents = parentsAmong(householdLines).map(({ shown }) => shown.relation || request.say('parent'))
  return parents.length > 0 ? `${name}（${parents.join('、')}）` : name
}

/** A page to print for the form teacher: the living's list, with room for remarks and a signature. */
export async function printPage(request: SignedInRequest): Promise<Answer> {
  const { say, times, now, account } = request
  const livingView = await livingViewOf(request)
  const { living, roll, isHeld } = livingView
  const list = await livingListOf(request, livingView)
  const entries = isHeld ? await list.entries(0, mostRows) : []
  const counts = countRoll(roll, shownClassesOf(livingView))[list.reading]
  // of the whole list, also where the page has only the first of it
  const sizes = new Map<number, number>()
  for (const party_id of list.partyIds) {
    const group = groupOf(list, party_id)
    sizes.set(group, (sizes.get(group) ?? 0) + 1)
  }
  const at = living.start_time ?? living.reserve_start
  const body = html`<article class="paper"><header><div><p class="sub">${account.corp_name}</p><h1>${living.theme}</h1><p class="sub num">${times.date(at)} ${times.clock(at)} · ${say('anchor')} ${living.anchor_userid}</p><p class="sub num">${describe(request, livingView, list)}</p><p class="sub num">${isHeld && say('sumSay', counts)}</p></div><button type="button" class="no-print" data-print hidden>${say('print')}</button></header>
${[...Map.groupBy(entries, (entry) => groupOf(list, entry.party_id))].map(
  ([group, ofGroup]) =>
    html`<section><h2>${list.sort === 'class' && headingOf(request, group)} <small class="num">${say(listTexts[list.show])} ${sizes.get(group)}</small></h2>${tableOf(request, list, ofGroup)}</section>`,
)}
${entries.length === 0 && html`<p>${say(isHeld ? (list.show === 'missing' && !list.sought ? 'allHere' : 'nobodyFound') : notHeldText(livingView))}</p>`}
${moreOf(request, livingView, list, entries.length)}
<footer class="num"><span>${say('printed', { at: times.moment(now) })}</span><span class="sign">${say('signature')}</span></footer></article>`
  return { page: page(request, { title: `${living.theme} · ${say('print')}`, section: 'livings', body }) }
}

function tableOf(request: SignedInRequest, { reading, sort }: LivingList, entries: readonly ListedLine[]): Html {
  const { say, visibility } = request
  const header = (name: Text) => html`<th scope="col">${say(name)}</th>`
  const classOf = (party_id: number) => visibility.partyNames.get(party_id) ?? ''
  return html`<table><thead><tr>${header(reading === 'parents' ? 'parent' : 'student')}${sort === 'name' && header('class')}${reading !== 'households' && header('reason')}${reading !== 'parents' && header('parentsOfStudent')}<th scope="col" class="remark"></th></tr></thead><tbody>${entries.map(
    ({ line, householdLines, party_id }) =>
      html`<tr><td>${nameOf(request, reading, line)}</td>${sort === 'name' && html`<td>${classOf(party_id)}</td>`}${reading !== 'households' && html`<td>${reasonText(request, line)}</td>`}${reading !== 'parents' && html`<td>${parentTags(request, householdLines)}</td>`}<td></td></tr>`,
  )}</tbody></table>`
}

/** Which list a printed page is of. */
const describe = ({ say }: SignedInRequest, { minimum }: LivingView, { reading, show, sought }: LivingList): string =>
  [
    say(reading),
    say(listTexts[show]),
    ...(sought ? [say('searched', { sought })] : []),
    ...(minimum ? [say('minimumOf', { percent: minimum })] : []),
  ].join(' · ')

/** How many entries are not on the printed page, and a link to the file that has all of them. */
function moreOf({ say }: SignedInRequest, livingView: LivingView, list: LivingList, shown: number): Html {
  const n = list.partyIds.length - shown
  if (!livingView.isHeld || n <= 0) return nothing
  const path = `/livings/${encodeURIComponent(livingView.living.livingid)}/register.xlsx`
  return html`<p class="more num" role="note">${say('more', { shown, n })} <a href="${pathWithQuery(path, queryOfList(list, livingView))}" download>${say('moreDownload')}</a></p>`
}

/** The text that stands in for the list of a living that is neither live nor ended. */
const notHeldText = ({ living }: LivingView) => (living.state === state.reserved ? 'reserved' : 'notHeld')

/** What entries of a list stand under one heading: those of a class, or all where the list is sorted by name. */
const groupOf = ({ sort }: LivingList, party_id: number) => (sort === 'name' ? 0 : party_id)

const headingOf = ({ say, visibility }: SignedInRequest, party_id: number) =>
  party_id === 0 ? say('outside') : (visibility.partyNames.get(party_id) ?? String(party_id))
