import { roundedMark } from './rows.ts'

/** What the cells of a workbook refer to: the shared texts, and which cell styles show a number as a date. */
export type CellForm = {
  readonly sharedTexts: readonly string[]
  readonly isDateStyle: readonly boolean[]
  /** whether days are counted from 1904 instead of 1900, as Excel for Mac did */
  readonly is1904: boolean
}

/**
 * Returns a cell as text. `value` is the cell's text in the XML, `type` its attribute `t`, `style` its attribute `s`. A date is written as
 * 2026-11-22. Excel stores only the first fifteen digits of a number, so a longer one (such as a student number that was not entered as
 * text) is damaged; it gets `roundedMark` in front, so that the importer can refuse it. Returns undefined if the cell refers to a shared text
 * that the workbook does not have.
 */
export function cellText(value: string, type: string, style: number, { sharedTexts, isDateStyle, is1904 }: CellForm): string | undefined {
  if (type === 's') return value.trim() === '' ? '' : sharedTexts[Number(value)]
  if (type === 'inlineStr' || type === 'str') return unescaped(value)
  if (type === 'd') return value.slice(0, 10)
  if (type === 'b') return value === '' ? '' : String(value.trim() === '1')
  const number = Number(value)
  if (type === 'e' || value.trim() === '' || Number.isNaN(number)) return value.trim()
  if (isDateStyle[style]) return dateText(number + (is1904 ? 1462 : 0)) ?? String(number)
  return Math.abs(number) >= 1e15 ? `${roundedMark}${number}` : String(number)
}

/** Replaces `_x000D_` by the character that Excel writes so, because XML does not allow it. */
export const unescaped = (text: string) =>
  text.includes('_x') ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text

/** The date of a number of days since 30 December 1899; undefined if there is no such date. */
function dateText(days: number): string | undefined {
  const date = new Date(Math.round((days - 25_569) * 86_400_000))
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10)
}

/**
 * Whether a number format shows a date: one of Excel's own by number (ECMA-376, 18.8.30; 27 to 36 and 50 to 58 are those of Chinese
 * Excel), or one whose code has a letter for year, month, day, hour or second outside quotes and brackets.
 */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
  // 255 characters are Excel's limit; a longer code would take quadratic time
  return /[ymdhs]/i.test(code.slice(0, 255).replaceAll(/"[^"]*"|\[[^\]]*\]|\\.|General/g, ''))
}
