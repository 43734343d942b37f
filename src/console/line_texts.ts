import type { ReportedLine } from '../attendance/report/lines.ts'
import type { Reading } from '../attendance/roll/counts.ts'
import { householdFlags, householdStanding } from '../register/household.ts'
import type { Standing } from '../register/standing.ts'
import { type Html, html } from './html.ts'
import type { PageRequest } from './page_request.ts'
import { isText, type Text } from './texts/say.ts'

type TextTools = Pick<PageRequest, 'say' | 'times'>

/** The name of a line on a list of one reading: among parents it says of which student and which parent, such as 张小三 妈妈. */
export const nameOf = ({ say }: TextTools, reading: Reading, { shown }: ReportedLine): string =>
  reading === 'parents' && shown.parent_userid !== undefined ? `${shown.name} ${shown.relation || say('parent')}` : shown.name

export const parentsAmong = (householdLines: readonly ReportedLine[]) =>
  householdLines.filter(({ shown }) => shown.parent_userid !== undefined)

/** Why a line stands where it does, for people: the reason, or how long the viewer watched. */
export function reasonText({ say, times }: TextTools, { shown: { reason, watch_time } }: ReportedLine): string {
  if (reason === 'watched' && watch_time === 0) return say('too_short', { time: say('once') })
  if (reason === 'too_short' || reason === 'watched') return say('too_short', { time: times.length(watch_time) })
  return isText(reason) ? say(reason) : reason
}

/** The name of a reason for the column of a file, which has the seconds watched in a column of their own. */
export const reasonName = ({ say }: TextTools, { shown: { reason } }: ReportedLine): string =>
  reason === 'too_short' ? say('tooShort') : isText(reason) ? say(reason) : reason

/** Whether and how a parent watched, such as 妈妈已看 or 爸爸未关注. */
export const parentText = ({ say }: TextTools, line: ReportedLine): string =>
  say(parentTextOf(line), { relation: line.shown.relation || say('parent') })

function parentTextOf({ shown, hasWatched }: ReportedLine) {
  if (hasWatched) return 'parentWatched'
  if (shown.reason === 'not_subscribed') return 'parentSilent'
  return shown.reason === 'excused' ? 'parentExcused' : 'parentMissing'
}

/** A tag for each parent of a household. */
export function parentTags(tools: TextTools, householdLines: readonly ReportedLine[]): Html {
  const parents = parentsAmong(householdLines)
  if (parents.length === 0) return html`<small>${tools.say('noParents')}</small>`
  return html`${parents.map((line) => html`<span class="tag ${parentTextOf(line)}">${parentText(tools, line)}</span>`)}`
}

const standingTexts: Readonly<Record<Exclude<Standing, 'outside'>, Text>> = {
  not_subscribed: 'notSubscribed',
  excused: 'excused',
  watched: 'watched',
  missing: 'missing',
}

/** The status of a household as text: watched, missing or excused, or the reason why it is not in range. `line` is any line of the household. */
export function householdText(tools: TextTools, line: ReportedLine, householdLines: readonly ReportedLine[]): string {
  const flags = householdLines.reduce((all, { standing, hasWatched }) => all | householdFlags(standing, hasWatched), 0)
  const standing = householdStanding(flags)
  return standing === 'outside' ? reasonName(tools, line) : tools.say(standingTexts[standing])
}
