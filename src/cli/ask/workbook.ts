import type { Cell, Sheet } from '../../sheets/sheet.ts'
import { openSpool } from '../../sheets/spool.ts'
import type { Living } from './living.ts'
import { sheetColumns, sheetOf } from './sheet_of.ts'
import type { Table } from './table.ts'
import type { Lang, Words } from './words.ts'

const summaryName: Words = { en: 'Summary', zh: '汇总' }
/** Stands in for a partyid where an entry belongs to no class, as visitors do. */
const noClass = 0

/**
 * Yields the sheets of a workbook: a summary, then one sheet per class. An entry of two classes is on both sheets.
 * If the table has no classes or is about no living, yields one sheet with all entries.
 */
export async function* workbook<Entry>(table: Table<Entry>, living: Living | undefined, lang: Lang): AsyncGenerator<Sheet> {
  const { partyids } = table
  if (!partyids || !living) {
    yield sheetOf(table, lang, summaryName[lang])
    return
  }
  const spool = await openSpool()
  try {
    const listedByPartyid = new Map<number, number>()
    let total = 0
    for await (const entry of table.entries) {
      total++
      const row = table.columns.map(({ cell }) => cell(entry))
      for (const partyid of partyids(entry).length ? partyids(entry) : [noClass]) {
        listedByPartyid.set(partyid, (listedByPartyid.get(partyid) ?? 0) + 1)
        await spool.add(String(partyid), row)
      }
    }
    const known = (living.classes ?? []).map(({ partyid }) => partyid)
    const others = [...listedByPartyid.keys()].filter((partyid) => !known.includes(partyid))
    const classes = [...known, ...others].map((partyid) => ({
      partyid,
      name: partyid === noClass ? { en: 'no class', zh: '无班级' }[lang] : living.className(partyid),
      listed: listedByPartyid.get(partyid) ?? 0,
    }))
    yield { name: summaryName[lang], ...summary(classes, total, living, lang) }
    for (const { partyid, name, listed } of classes)
      if (listed > 0) yield { name, columns: sheetColumns(table, lang), rows: spool.rows(String(partyid)) }
  } finally {
    await spool.close()
  }
}

type ListedClass = { readonly partyid: number; readonly name: string; readonly listed: number }

/** Returns the summary sheet: the counts of the school and of each class, and below them what is known of the living. */
function summary(classes: readonly ListedClass[], total: number, living: Living, lang: Lang): Pick<Sheet, 'columns' | 'rows'> {
  const text = (en: string, zh: string) => (lang === 'zh' ? zh : en)
  const countsByPartyid = new Map(living.classes?.map((each) => [each.partyid, each]))
  const { counts } = living
  const countColumns = counts
    ? ([
        [text('expected', '应到'), 'expected'],
        [text('watched', '已看'), 'watched'],
        [text('missing', '未看'), 'missing'],
      ] as const)
    : []
  const classRow = ({ partyid, name, listed }: ListedClass): Cell[] => [
    name,
    ...countColumns.map(([, field]) => countsByPartyid.get(partyid)?.[field]),
    listed,
  ]
  const toDate = (seconds: number | undefined) => (seconds === undefined ? undefined : new Date(seconds * 1000))
  return {
    columns: [
      { header: text('class', '班级'), width: 24 },
      ...countColumns.map(([header]) => ({ header, width: 20 })),
      { header: text('listed here', '本表人数'), width: 20 },
    ],
    rows: [
      [text('all', '全部'), ...countColumns.map(([, field]) => counts?.[field]), total],
      ...classes.map(classRow),
      [],
      [text('lesson', '课程'), living.theme],
      ['livingid', living.livingid],
      [text('teacher', '老师'), living.anchor_userid],
      [text('began', '开始'), toDate(living.start_time)],
      [text('ended', '结束'), toDate(living.end_time)],
    ],
  }
}
