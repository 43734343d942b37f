import type { Writable } from 'node:stream'
import { Table as PrintedTable } from 'console-table-printer'
import wcwidth from 'simple-wcswidth'
import type { Cell } from '../../sheets/sheet.ts'
import { timeFormatter } from '../../sheets/time_formatter.ts'
import { blanked, printLine } from './printable.ts'
import type { Table } from './table.ts'
import { type Lang, translate } from './words.ts'

/** Number of entries that are printed at most. Nobody reads more on a terminal; files hold all of them. */
const maxRows = 1000
/** A column is never narrower than this, however small the terminal. */
const minColumnWidth = 6
/** With this width a cell can usually be recognised, even if it is truncated. */
const readableWidth = 12

/** Width of a text on the screen: a Chinese character takes two columns. */
const widthOf = (text: string) => wcwidth.wcswidth(text)

/**
 * Prints a table so that it fits the width of the terminal: leaves out extra columns, then narrows the widest columns and truncates their
 * cells with an ellipsis. Prints nothing if there are no entries. Says on stderr how many entries were left out.
 */
export async function printTable<Entry>(
  table: Table<Entry>,
  lang: Lang,
  hasColor: boolean,
  out: Writable & { columns?: number },
): Promise<void> {
  const formatTime = timeFormatter()
  const allRows: string[][] = []
  let leftOut = 0
  for await (const entry of table.entries)
    if (allRows.length < maxRows) allRows.push(table.columns.map(({ cell }) => cellText(cell(entry), formatTime)))
    else leftOut++
  const titles = table.columns.map(({ header }) => translate(header, lang))
  const fullWidths = titles.map((title, index) => Math.max(widthOf(title), ...allRows.map((row) => widthOf(row[index] ?? ''))))
  const isExtra = table.columns.map((each) => each.isExtra === true)
  const shown = visibleColumns(fullWidths, isExtra, out.columns)
  const headers = shown.map((index) => titles[index] ?? '')
  const rows = allRows.map((row) => shown.map((index) => row[index] ?? ''))
  const shownWidths = shown.map((index) => fullWidths[index] ?? 0)
  const widths = fitWidths(shownWidths, out.columns)
  const isBold = hasColor && (out as { isTTY?: boolean }).isTTY === true && !process.env.NO_COLOR
  const printed = new PrintedTable({
    shouldDisableColors: true, // the library's colours are white, which cannot be read on a light terminal
    columns: headers.map((header, index) => ({
      name: String(index),
      title: truncate(header, widths[index] ?? minColumnWidth),
      alignment: 'left',
      // Cells are truncated before: the library would wrap them between words, and Chinese has no spaces between words.
      minLen: widths[index] ?? minColumnWidth,
      maxLen: widths[index] ?? minColumnWidth,
    })),
  })
  for (const row of rows)
    printed.addRow(Object.fromEntries(row.map((text, index) => [index, truncate(text, widths[index] ?? minColumnWidth)])))
  const [top = '', header = '', ...rest] = printed.render().split('\n')
  if (rows.length > 0) out.write([top, isBold ? `\u001b[1m${header}\u001b[22m` : header, ...rest, ''].join('\n'))
  if (leftOut > 0) printLine(`… and ${leftOut} more: --output missing.xlsx or --format csv has all`)
}

function cellText(cell: Cell, formatTime: (date: Date) => string): string {
  const text = cell instanceof Date ? formatTime(cell) : cell === null || cell === undefined ? '' : String(cell)
  return blanked(text)
}

/**
 * Returns the indexes of the columns to show: leaves out extra columns, the last one first, until the remaining ones fit with a readable
 * width each. `terminalWidth` is in characters; undefined means unlimited.
 */
export function visibleColumns(
  fullWidths: readonly number[],
  isExtra: readonly boolean[],
  terminalWidth: number | undefined,
): readonly number[] {
  const visible = fullWidths.map((_, index) => index)
  const neededWidth = () => sum(visible.map((index) => Math.min(fullWidths[index] ?? 0, readableWidth) + 3)) + 1
  while (neededWidth() > (terminalWidth ?? Infinity)) {
    const last = visible.findLast((index) => isExtra[index])
    if (last === undefined) break
    visible.splice(visible.indexOf(last), 1)
  }
  return visible
}

/**
 * Returns column widths that fit the terminal together: narrows the widest column again and again.
 * Each column needs three characters more ("│ " before and " " after the cell), and the row ends with "│".
 */
export function fitWidths(fullWidths: readonly number[], terminalWidth: number | undefined): readonly number[] {
  const widths = [...fullWidths]
  const available = (terminalWidth ?? Infinity) - fullWidths.length * 3 - 1
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const widest = Math.max(...widths)
    if (widest <= minColumnWidth) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return widths
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

/** Truncates a text to a width on the screen, with an ellipsis at the end. Never cuts a character into halves. */
export function truncate(text: string, maxWidth: number): string {
  if (widthOf(text) <= maxWidth) return text
  let start = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(start + segment) > maxWidth - 1) break
    start += segment
  }
  return `${start}…`
}
