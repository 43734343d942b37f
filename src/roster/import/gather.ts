import { createHash } from 'node:crypto'
import { roundedMark } from '../../sheets/rows.ts'
import { isMobile, isUserid, keyOf } from '../people.ts'
import { type BadRow, type Filled, shown, type Why } from './reasons.ts'
import type { ParentColumns, ParentSaid, PupilColumns, RosterFile, Said } from './said.ts'

/** A pupil as the whole file has them; the userid is "" until `recognise` has found or made one. */
export type Pupil = {
  readonly file?: string
  readonly line: number
  readonly columns: PupilColumns
  userid: string
  readonly name: string
  mobile: string
  is_subscribe: 0 | 1 | undefined
  readonly paths: (readonly string[])[]
  readonly family: Map<Parent, string>
}

/** A parent is one person for all the children the file gives. */
export type Parent = {
  readonly file?: string
  readonly line: number
  readonly columns: ParentColumns
  userid: string
  mobile: string
  is_subscribe: 0 | 1 | undefined
}

export type Gathered = { readonly pupils: Pupil[]; readonly bad: BadRow[] }

/**
 * Makes one pupil of all the rows that name one, and one parent of all that name one, and says what is wrong in the file by itself.
 * A pupil with a bad row is left out whole: half of somebody's classes would move them.
 */
export function gather({ said, bad: unreadable }: RosterFile): Gathered {
  const bad: BadRow[] = [...unreadable]
  const pupils = new Map<string, Pupil>()
  const spoiled = new Set<string>()
  const parentOf = parentsOf(said)
  const owners = new Map<string, Pupil>()
  for (const row of said) {
    const key = row.student_userid ? keyOf(row.student_userid) : keyWithout(row)
    const before = bad.length
    const wrong = (column: string, why: Why, fill: Filled = {}) =>
      void bad.push({ ...(row.file !== undefined && { file: row.file }), line: row.line, column, why, fill })
    const { columns } = row
    checkUserid(row.student_userid, columns.student_userid, wrong)
    if (!row.student_userid && !row.parents.some((each) => each.mobile || each.parent_userid)) wrong(columns.student_userid, 'nobody')
    if (row.name === '') wrong(columns.name, 'no_name')
    if ([...row.name].length > 32) wrong(columns.name, 'long_name')
    const mobile = mobileOf(row.mobile, columns.mobile, wrong)
    const is_subscribe = flagOf(row.is_subscribe, columns.is_subscribe, wrong)
    const family = row.parents.map((each) => [parentOf(each, row, wrong), each.relation] as const)
    const known = pupils.get(key)
    if (known && !row.student_userid) wrong(columns.name, 'same_name', { line: known.line })
    if (known && row.student_userid && known.name !== row.name && row.name) wrong(columns.name, 'two_names', { line: known.line })
    if (known?.mobile && mobile && known.mobile !== mobile) wrong(columns.mobile, 'two_mobiles', { line: known.line })
    const pupil: Pupil = known ?? {
      ...(row.file !== undefined && { file: row.file }),
      line: row.line,
      columns,
      userid: row.student_userid,
      name: row.name,
      mobile,
      is_subscribe,
      paths: [],
      family: new Map(),
    }
    const owner = mobile ? owners.get(mobile) : undefined
    if (owner && owner !== pupil) wrong(columns.mobile, 'student_mobile', { other: owner.userid || owner.name })
    else if (mobile) owners.set(mobile, pupil)
    if (bad.length > before) spoiled.add(key)
    pupil.mobile ||= mobile
    pupil.is_subscribe = is_subscribe ?? pupil.is_subscribe
    for (const path of row.classes) if (!pupil.paths.some((each) => each.join('/') === path.join('/'))) pupil.paths.push(path)
    for (const [parent, relation] of family) if (parent) pupil.family.set(parent, relation || (pupil.family.get(parent) ?? ''))
    pupils.set(key, pupil)
  }
  for (const key of spoiled) pupils.delete(key)
  return { pupils: [...pupils.values()], bad }
}

type Wrong = (column: string, why: Why, fill?: Filled) => void

/** Without a number a row is a pupil by itself, unless it gives name and class of another. */
const keyWithout = ({ name, classes }: Said) => `\n${name}\n${classes.map((path) => path.join('/')).join('\n')}`

function checkUserid(userid: string, column: string, wrong: Wrong): void {
  if (userid === '' || isUserid(userid)) return
  if (userid.startsWith(roundedMark) || /^\d(\.\d+)?E\+\d+$/i.test(userid)) wrong(column, 'rounded')
  else wrong(column, 'bad_userid', { got: shown(userid) })
}

/** As people write it: 139 0000-0001, ＋86 13900000001, (010) 6200 0000. */
export function plainMobile(text: string): string {
  const bare = text.normalize('NFKC').replaceAll(/[\s\-().]/g, '')
  return bare.replace(/^(?:\+|00)?86(?=1\d{10}$)/, '')
}

function mobileOf(text: string, column: string, wrong: Wrong): string {
  if (text === '') return ''
  const mobile = plainMobile(text)
  if (!isMobile(mobile)) wrong(column, text.startsWith(roundedMark) ? 'rounded' : 'bad_mobile', { got: shown(text) })
  return mobile
}

const flags: Readonly<Record<string, 0 | 1>> = {
  ...Object.fromEntries(['是', '已关注', '关注', '有', '√', '1', 'y', 'yes', 'true', 'subscribed'].map((word) => [word, 1 as const])),
  ...Object.fromEntries(['否', '未关注', '没有', '无', '×', '0', 'n', 'no', 'false', 'unsubscribed'].map((word) => [word, 0 as const])),
}

function flagOf(text: string, column: string, wrong: Wrong): 0 | 1 | undefined {
  if (text === '') return undefined
  const flag = flags[text.normalize('NFKC').toLowerCase()]
  if (flag === undefined) wrong(column, 'bad_subscribed', { got: shown(text) })
  return flag
}

/** Who a row's parent is. Those with a userid are met first, so that a mobile alone means the one who has it in another row. */
function parentsOf(said: readonly Said[]) {
  const byUserid = new Map<string, Parent>()
  const byMobile = new Map<string, Parent>()
  const meet = ({ parent_userid, mobile: text, columns }: ParentSaid, { file, line }: Said): Parent => {
    const mobile = plainMobile(text)
    const known = parent_userid ? byUserid.get(keyOf(parent_userid)) : byMobile.get(mobile)
    const parent = known ?? { ...(file !== undefined && { file }), line, columns, userid: parent_userid, mobile, is_subscribe: undefined }
    parent.mobile ||= mobile
    if (parent_userid) byUserid.set(keyOf(parent_userid), parent)
    if (mobile && !byMobile.has(mobile)) byMobile.set(mobile, parent)
    return parent
  }
  for (const row of said) for (const each of row.parents) if (each.parent_userid) meet(each, row)
  return (each: ParentSaid, row: Said, wrong: Wrong): Parent | undefined => {
    const { columns, relation } = each
    checkUserid(each.parent_userid, columns.parent_userid, wrong)
    const mobile = mobileOf(each.mobile, columns.mobile, wrong)
    if (Buffer.byteLength(relation) > 32) wrong(columns.relation, 'long_relation')
    const is_subscribe = flagOf(each.is_subscribe, columns.is_subscribe, wrong)
    const parent = meet(each, row)
    if (mobile && parent.mobile !== mobile) wrong(columns.mobile, 'two_mobiles', { line: parent.line })
    const owner = mobile ? byMobile.get(mobile) : undefined
    if (owner && owner !== parent) wrong(columns.mobile, 'two_userids', { line: owner.line })
    parent.is_subscribe = is_subscribe ?? parent.is_subscribe
    return parent
  }
}

/** A userid for somebody who has none: the same for the same name and mobile, however often it is made. */
export const madeUserid = (letter: 's' | 'p', ...known: readonly string[]) =>
  `${letter}_${createHash('sha256').update(known.join('\n')).digest('hex').slice(0, 20)}`
