import type { Cell, Sheet } from '../../sheets/sheet.ts'
import { openSpool } from '../../sheets/spool.ts'
import type { Table } from './tables.ts'
import type { Lang, Words } from './words.ts'
import { type Heading, headers, sheetOf } from './write.ts'

const summary: Words = { en: 'Summary', zh: '汇总' }

/** A summary, then a sheet for each class with those who are in it: who is in two classes stands on both. */
export async function* book<Entry>(table: Table<Entry>, { lesson, lang }: Heading): AsyncGenerator<Sheet> {
  const { partyids } = table
  if (!partyids || !lesson) {
    yield sheetOf(table, lang, summary[lang])
    return
  }
  const spool = await openSpool()
  try {
    const counts = new Map<number, number>()
    let total = 0
    for await (const entry of table.entries) {
      total++
      const row = table.columns.map(({ cell }) => cell(entry))
      // 0: of no class, such as visitors
      for (const partyid of partyids(entry).length ? partyids(entry) : [0]) {
        counts.set(partyid, (counts.get(partyid) ?? 0) + 1)
        await spool.add(String(partyid), row)
      }
    }
    const known = (lesson.classes ?? []).map(({ partyid }) => partyid)
    const others = [...counts.keys()].filter((partyid) => !known.includes(partyid))
    const nameOf = (partyid: number) => (partyid === 0 ? { en: 'no class', zh: '无班级' }[lang] : lesson.className(partyid))
    yield { name: summary[lang], ...summarySheet([...known, ...others], counts, total, nameOf, lesson, lang) }
    for (const partyid of [...known, ...others])
      if (counts.has(partyid)) yield { name: nameOf(partyid), columns: headers(table, lang), rows: spool.rows(String(partyid)) }
  } finally {
    await spool.close()
  }
}

function summarySheet(
  partyids: readonly number[],
  listed: ReadonlyMap<number, number>,
  total: number,
  nameOf: (partyid: number) => string,
  lesson: NonNullable<Heading['lesson']>,
  lang: Lang,
): Pick<Sheet, 'columns' | 'rows'> {
  const text = (en: string, zh: string) => (lang === 'zh' ? zh : en)
  const classes = new Map(lesson.classes?.map((each) => [each.partyid, each]))
  const { counts } = lesson
  const numbers: readonly (readonly [string, (partyid?: number) => Cell])[] = counts
    ? [
        [text('expected', '应到'), (partyid) => (partyid === undefined ? counts.expected : classes.get(partyid)?.expected)],
        [text('watched', '已看'), (partyid) => (partyid === undefined ? counts.watched : classes.get(partyid)?.watched)],
        [text('missing', '未看'), (partyid) => (partyid === undefined ? counts.missing : classes.get(partyid)?.missing)],
      ]
    : []
  const row = (name: string, partyid?: number): Cell[] => [
    name,
    ...numbers.map(([, of]) => of(partyid)),
    partyid === undefined ? total : (listed.get(partyid) ?? 0),
  ]
  const at = (seconds: number | undefined) => (seconds === undefined ? undefined : new Date(seconds * 1000))
  return {
    columns: [
      { header: text('class', '班级'), width: 24 },
      ...numbers.map(([header]) => ({ header, width: 20 })),
      { header: text('listed here', '本表人数'), width: 20 },
    ],
    rows: [
      row(text('all', '全部')),
      ...partyids.map((partyid) => row(nameOf(partyid), partyid)),
      [],
      [text('lesson', '课程'), lesson.theme],
      ['livingid', lesson.livingid],
      [text('teacher', '老师'), lesson.anchor_userid],
      [text('began', '开始'), at(lesson.start_time)],
      [text('ended', '结束'), at(lesson.end_time)],
    ],
  }
}
