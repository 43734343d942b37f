import { type ShownViewer, viewersCalled } from '../identity/shown.ts'
import { type Range, studentsInRange } from '../identity/store_people.ts'
import type { Db } from '../store/db.ts'
import { type Html, html } from './html.ts'
import type { SignedInRequest } from './page_request.ts'

/** The field of a form in which somebody of the school is typed, with suggestions by name. */

/** The most students that are suggested: a page with more would be large, and is still answered by a name or a userid. */
const mostSuggested = 1000

export type SuggestedStudent = { readonly student_userid: string; readonly name: string }

/** The students in range, who are suggested; none where there are more than 1,000. */
export async function suggestedIn(db: Db, range: Range): Promise<SuggestedStudent[]> {
  const found = await db.all<SuggestedStudent>(studentsInRange(range, mostSuggested + 1))
  return found.length > mostSuggested ? [] : found
}

const listId = 'suggested-students'

/** The suggestions, once on a page. */
export const suggestions = (students: readonly SuggestedStudent[]): Html =>
  html`<datalist id="${listId}">${students.map(({ student_userid, name }) => html`<option value="${`${name} ${student_userid}`}"></option>`)}</datalist>`

/** The field. `label` says to screen readers whom it is about. */
export const whoField = ({ say }: SignedInRequest, label: string): Html =>
  html`<input name="typed" list="${listId}" maxlength="200" autocomplete="off" aria-label="${label}" placeholder="${say('orType')}">`

/** A candidate as buttons and options show one, with the userid, since two students of a class may have one name: 张三妈妈 · 3A · zhang_mum/zhang. */
export const candidateText = ({ name, relation = '', classes, who }: ShownViewer) => [name + relation, ...classes, who].join(' · ')

/**
 * The viewers whom a typed text names: a suggestion (`李雷 li`), a userid, `parent/student`, or the name of one student in range. Undefined where it
 * names nobody, or nobody whom the account may choose.
 *
 * @param mayChoose whether the account may choose a viewer
 */
export async function viewersTyped(
  db: Db,
  range: Range,
  typed: string,
  mayChoose: (viewer_no: number) => boolean,
): Promise<number[] | undefined> {
  const text = typed.trim()
  const userid = text.split(/\s+/).at(-1) ?? ''
  const found = (await calledBy(db, range, userid, text)).filter(mayChoose)
  return found.length ? found : undefined
}

async function calledBy(db: Db, range: Range, userid: string, name: string): Promise<number[]> {
  const byUserid = await viewersCalled(db, range.corp_no, userid)
  if (byUserid.length) return byUserid
  const named = (await db.all<SuggestedStudent>(studentsInRange(range, mostSuggested))).filter((student) => student.name === name)
  const [only] = named
  return only && named.length === 1 ? viewersCalled(db, range.corp_no, only.student_userid) : []
}
