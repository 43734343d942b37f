import { countRoll } from '../../attendance/roll/counts.ts'
import { indexesOf } from '../../attendance/roll/list.ts'
import { state } from '../../living/store.ts'
import { html } from '../html.ts'
import { page } from '../layout.ts'
import { type Entry, entriesAt, type Lesson, lessonOf, onlyOf } from '../lesson.ts'
import type { Answer, Visit } from '../visit.ts'
import { familyText, reasonText } from './missing.ts'

/** The most that a message or a sheet of paper is for. */
const most = 3000

/** The missing pupils as a message for the class group: names alone, by class. */
export async function textOf(visit: Visit): Promise<Answer> {
  const { say } = visit
  const lesson = await lessonOf(visit)
  const { theme } = lesson.living
  if (!lesson.isHeld) return { text: `${theme}：${say(untold(lesson))}\n` }
  const groups = await missingByClass(visit, lesson)
  const n = groups.reduce((sum, group) => sum + group.entries.length, 0)
  if (n === 0) return { text: `${say('textNone', { theme })}\n` }
  const lines = groups.map(({ name, entries }) => `${name}：${entries.map(({ line }) => line.shown.name).join('、')}`)
  return { text: `${say(lesson.living.state === state.live ? 'textLead' : 'textLeadEnded', { theme, n })}\n${lines.join('\n')}\n` }
}

/** A sheet for the form teacher: the missing with room for a remark and a signature. */
export async function printPage(visit: Visit): Promise<Answer> {
  const { say, times, now, account } = visit
  const lesson = await lessonOf(visit)
  const { living, roll } = lesson
  const groups = await missingByClass(visit, lesson)
  const { students } = countRoll(roll, onlyOf(lesson))
  const at = living.start_time ?? living.reserve_start
  const body = html`<article class="paper"><header><div><p class="sub">${account.corp_name}</p><h1>${living.theme}</h1><p class="sub num">${times.date(at)} ${times.clock(at)} · ${say('anchor')} ${living.anchor_userid}</p><p class="sub num">${say('sumSay', students)}</p></div><button type="button" class="no-print" data-print hidden>${say('print')}</button></header>
${groups.map(
  ({ name, entries }) =>
    html`<section><h2>${name} <small class="num">${say('missing')} ${entries.length}</small></h2><table><thead><tr><th scope="col">${say('pupil')}</th><th scope="col">${say('reason')}</th><th scope="col">${say('family')}</th><th scope="col" class="remark"></th></tr></thead><tbody>${entries.map(
      ({ line, family }) =>
        html`<tr><td>${line.shown.name}</td><td>${reasonText(visit, line)}</td><td>${familyText(visit, family)}</td><td></td></tr>`,
    )}</tbody></table></section>`,
)}
${groups.length === 0 && html`<p>${say(lesson.isHeld ? 'allHere' : untold(lesson))}</p>`}
<footer class="num"><span>${say('printed', { at: times.moment(now) })}</span><span class="sign">${say('signature')}</span></footer></article>`
  return { page: page(visit, { title: `${living.theme} · ${say('print')}`, section: 'livings', body }) }
}

/** Why there is nobody to tell of. */
const untold = ({ living }: Lesson) => (living.state === state.reserved ? 'reserved' : 'notHeld')

async function missingByClass(visit: Visit, lesson: Lesson): Promise<{ name: string; entries: Entry[] }[]> {
  const { room, sight } = visit
  if (!lesson.isHeld) return []
  const only = onlyOf(lesson)
  const wanted = { reading: 'students', show: 'missing', classes: only, sort: 'class', sought: '' } as const
  const places = await indexesOf(room.db, lesson.living, lesson.roll, wanted)
  const entries = await entriesAt(visit, lesson, places.slice(0, most))
  const classOf = ({ line }: Entry) => line.shown.partyids.find((party_id) => !only || only.has(party_id)) ?? 0
  return [...Map.groupBy(entries, classOf)].map(([party_id, some]) => ({
    name: sight.names.get(party_id) ?? String(party_id),
    entries: some,
  }))
}
