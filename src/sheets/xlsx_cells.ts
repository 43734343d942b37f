import { roundedMark } from './rows.ts'

/** How a number is shown: as a date, or with at least this number of digits, with zeros in front. */
export type NumberStyle = 'date' | number

/** What the cells of a workbook refer to: the shared texts, and how each cell style shows a number. */
export type CellForm = {
  readonly sharedTexts: readonly string[]
  readonly styles: readonly NumberStyle[]
  /** whether days are counted from 1904 instead of 1900, as Excel for Mac did */
  readonly is1904: boolean
}

/**
 * Returns a cell as text.
 *
 * Dates are written as 2026-11-22, with a time of day as 2026-11-22 18:00:00, and a time or length of less than a day as 18:00:00. A number whose style is zeros alone, such as 00000000, is padded with zeros, as Excel shows it. Excel
 * stores only the first 15 digits of a number, so a longer one is not what was typed (a student number that was not entered as text); it is
 * returned with `roundedMark` in front, so that the importer can refuse it.
 *
 * @param value the text of the cell's element `v` or `is`
 * @param type the attribute `t` of the cell
 * @param style the attribute `s` of the cell
 * @returns undefined if the cell refers to a shared text that the workbook does not have
 */
export function cellText(value: string, type: string, style: number, { sharedTexts, styles, is1904 }: CellForm): string | undefined {
  if (type === 's') return value.trim() === '' ? '' : sharedTexts[Number(value)]
  if (type === 'inlineStr' || type === 'str') return unescaped(value)
  if (type === 'd')
    return value
      .slice(0, 19)
      .replace('T', ' ')
      .replace(/ 00:00(?::00)?$/, '')
  if (type === 'b') return value === '' ? '' : String(value.trim() === '1')
  const number = Number(value)
  if (type === 'e' || value.trim() === '' || Number.isNaN(number)) return value.trim()
  const numberStyle = styles[style] ?? 0
  if (numberStyle === 'date') return dateText(number + (is1904 ? 1462 : 0)) ?? String(number)
  if (Math.abs(number) >= 1e15) return `${roundedMark}${number}`
  return number >= 0 && Number.isInteger(number) ? String(number).padStart(numberStyle, '0') : String(number)
}

/** Replaces `_x000D_` by the character that Excel writes so, because XML does not allow it. */
export const unescaped = (text: string) =>
  text.includes('_x') ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text

/** The date, and where there is one the time of day, of a number of days since 30 December 1899; undefined if there is no such date. */
function dateText(days: number): string | undefined {
  const date = new Date(Math.round((days - 25_569) * 86_400) * 1000)
  if (Number.isNaN(date.getTime())) return undefined
  const text = date.toISOString()
  if (days > 0 && days < 1) return text.slice(11, 19)
  return `${text.slice(0, 10)}${text.includes('T00:00:00') ? '' : ` ${text.slice(11, 19)}`}`
}

/**
 * Returns how a number format shows numbers. A format is one of Excel's own, by its number `id`, or has a code. A code of zeros alone
 * gives student numbers the same length: 00000000 shows 123456 as 00123456.
 */
export function numberStyle(id: number, code: string | undefined): NumberStyle {
  if (isDateFormat(id, code)) return 'date'
  return code !== undefined && /^0{1,255}$/.test(code) ? code.length : 0
}

/**
 * Whether a number format shows a date: one of Excel's own by number (ECMA-376, 18.8.30; 27 to 36 and 50 to 58 are those of Chinese
 * Excel), or one whose code has a letter for year, month, day, hour or second outside quotes and brackets.
 */
function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
  // 255 characters are Excel's limit; a longer code would take quadratic time
  return /[ymdhs]/i.test(code.slice(0, 255).replaceAll(/"[^"]*"|\[[^\]]*\]|\\.|General/g, ''))
}
