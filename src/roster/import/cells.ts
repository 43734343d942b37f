import { roundedMark } from '../../sheets/rows.ts'
import { isMobile, normalMobile } from '../mobiles.ts'
import { nfkc } from '../nfkc.ts'
import { isUserid } from '../people.ts'
import { quoted, type Reason, type Values } from './reasons.ts'

/** Checks of single cells. A fault is passed to `addBad`, and the import goes on with the rest of the row. */
export type AddBad = (column: string, reason: Reason, values?: Values) => void

/** Checks a userid; "" is allowed. A number that a spreadsheet has rounded gets a message of its own. */
export function checkUserid(userid: string, column: string, addBad: AddBad): void {
  if (userid === '' || isUserid(userid)) return
  if (userid.startsWith(roundedMark) || /^\d(\.\d+)?E\+\d+$/i.test(userid)) addBad(column, 'rounded')
  else addBad(column, 'bad_userid', { got: quoted(userid) })
}

/** A mobile's normal form without China's country code: of 139 0000-0001, ＋86 13900000001, (010) 6200 0000. */
export const plainMobile = (text: string) => normalMobile(text).replace(/^\+86(?=1\d{10}$)/, '')

/** The plain mobile, also where it is a fault; "" where the cell is empty. */
export function mobileOf(text: string, column: string, addBad: AddBad): string {
  if (text === '') return ''
  const mobile = plainMobile(text)
  if (!isMobile(mobile)) addBad(column, text.startsWith(roundedMark) ? 'rounded' : 'bad_mobile', { got: quoted(text) })
  return mobile
}

const flagByWord: Readonly<Record<string, 0 | 1>> = {
  ...Object.fromEntries(['是', '已关注', '关注', '有', '√', '1', 'y', 'yes', 'true', 'subscribed'].map((word) => [word, 1 as const])),
  ...Object.fromEntries(['否', '未关注', '没有', '无', '×', '0', 'n', 'no', 'false', 'unsubscribed'].map((word) => [word, 0 as const])),
}

/** 1 for yes, 0 for no; undefined where the cell is empty or a fault. */
export function flagOf(text: string, column: string, addBad: AddBad): 0 | 1 | undefined {
  if (text === '') return undefined
  const flag = flagByWord[nfkc(text).toLowerCase()]
  if (flag === undefined) addBad(column, 'bad_subscribed', { got: quoted(text) })
  return flag
}
