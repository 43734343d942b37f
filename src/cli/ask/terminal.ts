import type { Writable } from 'node:stream'
import { Table as Printed } from 'console-table-printer'
import wcwidth from 'simple-wcswidth'
import { type Cell, localTime } from '../../sheets/sheet.ts'
import type { Table } from './tables.ts'
import { type Lang, say } from './words.ts'

/** More are for a file, not for eyes. */
const most = 1000
/** A column is never narrower, however small the terminal. */
const least = 6
/** With so much of a cell, one knows what it says. */
const readable = 12

const width = (text: string) => wcwidth.wcswidth(text)

/** A table that fits the terminal: the widest columns give way, and what does not fit ends in an ellipsis. */
export async function printTable<Entry>(
  table: Table<Entry>,
  lang: Lang,
  color: boolean,
  out: Writable & { columns?: number },
): Promise<void> {
  const all: string[][] = []
  let more = 0
  for await (const entry of table.entries)
    if (all.length < most) all.push(table.columns.map(({ cell }) => shown(cell(entry))))
    else more++
  const titles = table.columns.map(({ header }) => say(header, lang))
  const wished = titles.map((title, index) => Math.max(width(title), ...all.map((row) => width(row[index] ?? ''))))
  const extras = table.columns.map(({ extra }) => extra === true)
  const kept = keep(wished, extras, out.columns)
  const headers = kept.map((index) => titles[index] ?? '')
  const rows = all.map((row) => kept.map((index) => row[index] ?? ''))
  const widths = fit(
    kept.map((index) => wished[index] ?? 0),
    out.columns,
  )
  const isColoured = color && (out as { isTTY?: boolean }).isTTY === true && !process.env.NO_COLOR
  const printed = new Printed({
    shouldDisableColors: true, // its own are white on whatever the terminal has
    columns: headers.map((header, index) => ({
      name: String(index),
      title: cut(header, widths[index] ?? least),
      alignment: 'left',
      // cut to this already; the printer would wrap at words, of which Chinese has none
      minLen: widths[index] ?? least,
      maxLen: widths[index] ?? least,
    })),
  })
  for (const row of rows) printed.addRow(Object.fromEntries(row.map((text, index) => [index, cut(text, widths[index] ?? least)])))
  const [top = '', header = '', ...rest] = printed.render().split('\n')
  if (rows.length > 0) out.write([top, isColoured ? `\u001b[1m${header}\u001b[22m` : header, ...rest, ''].join('\n'))
  if (more > 0) process.stderr.write(`… and ${more} more: --output missing.xlsx or --format csv has all\n`)
}

/** Control signs would move the cursor: names come from the network. */
function shown(cell: Cell): string {
  const text = cell instanceof Date ? localTime(cell) : cell === null || cell === undefined ? '' : String(cell)
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ' ')
}

/** Places of the columns to show: of the extra ones, the last go first, until the others have room to be read. */
export function keep(wished: readonly number[], extras: readonly boolean[], columns: number | undefined): readonly number[] {
  const kept = wished.map((_, index) => index)
  const needed = () => sum(kept.map((index) => Math.min(wished[index] ?? 0, readable) + 3)) + 1
  while (needed() > (columns ?? Infinity)) {
    const last = kept.findLast((index) => extras[index])
    if (last === undefined) break
    kept.splice(kept.indexOf(last), 1)
  }
  return kept
}

/** Widths that together fit: "│ " before each, " " behind, and "│" at the end. */
export function fit(wished: readonly number[], columns: number | undefined): readonly number[] {
  const widths = [...wished]
  const room = (columns ?? Infinity) - wished.length * 3 - 1
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = Math.max(...widths)
    if (widest <= least) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  return widths
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0)

/** By what it takes on the screen: a Chinese character is two wide, and never halved. */
export function cut(text: string, room: number): string {
  if (width(text) <= room) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (width(kept + segment) > room - 1) break
    kept += segment
  }
  return `${kept}…`
}
