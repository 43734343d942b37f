import { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table as Wire } from '../wire/table.ts'
import { clientFor } from './ask/client_for.ts'
import { type AskFlags, addAskFlags } from './ask/flags.ts'
import { formatOf } from './ask/format.ts'
import { interruptible } from './ask/interruptible.ts'
import { printLine } from './ask/printable.ts'
import { progressBar } from './ask/progress.ts'
import type { Table } from './ask/table.ts'
import { type Lang, langOf, statusWords, translate } from './ask/words.ts'
import { writeTable } from './ask/write_table.ts'

type Living = { livingid: string } & Output<Wire['livingGetLivingInfo']>['living_info']
type Flags = AskFlags & { anchor: string }

/** Returns the command `livings`: the livings of a teacher. */
export function livingsCommand(): Command {
  const command = new Command('livings')
    .description("a teacher's lessons, of those that this app made")
    .requiredOption('--anchor <userid>', 'the teacher')
  return addAskFlags(command, [
    'rollcall livings --anchor wanglaoshi',
    'rollcall livings --anchor wanglaoshi --format ndjson | jq -r .livingid',
  ]).action((flags: Flags) => interruptible((signal) => writeLivings(flags, signal)))
}

async function writeLivings(flags: Flags, signal: AbortSignal): Promise<void> {
  const { anchor } = flags
  const lang = langOf(flags.lang, process.env)
  formatOf(flags)
  const { client } = await clientFor(flags, signal)
  const bar = progressBar(anchor)
  async function* entries() {
    let done = 0
    for await (const living of readLivings(client, anchor, signal)) {
      bar.update(0, `${++done}`)
      yield living
    }
    bar.end()
  }
  try {
    const count = await writeTable(livingTable(entries(), lang), flags, { lang })
    printLine(lang === 'zh' ? `${anchor}：共 ${count} 场直播。` : `${anchor} has ${count} ${count === 1 ? 'lesson' : 'lessons'}.`)
  } finally {
    bar.end()
  }
}

const livingTable = (entries: AsyncIterable<Living>, lang: Lang): Table<Living> => ({
  columns: [
    { header: { en: 'livingid', zh: '直播ID' }, cell: ({ livingid }) => livingid, width: 34 },
    { header: { en: 'lesson', zh: '课程' }, cell: ({ theme }) => theme, width: 24 },
    { header: { en: 'state', zh: '状态' }, cell: ({ status }) => translate(statusWords[status], lang, String(status)) },
    { header: { en: 'begins', zh: '开始' }, cell: ({ living_start }) => new Date(living_start * 1000), width: 20 },
    { header: { en: 'minutes', zh: '分钟' }, cell: ({ living_duration }) => Math.round(living_duration / 60) },
    { header: { en: 'viewers', zh: '观看人数' }, cell: ({ viewer_num }) => viewer_num },
  ],
  entries,
  json: (living) => living,
})

/** Yields the teacher's livings in the order of the list. Reads up to four of them at the same time. */
async function* readLivings(client: Client, anchor: string, signal: AbortSignal): AsyncGenerator<Living> {
  const pending: Promise<Living>[] = []
  const readLiving = async (livingid: string) => {
    const { living_info } = await client.livingGetLivingInfo({ livingid }, { signal })
    return { livingid, ...living_info }
  }
  for await (const livingid of client.livingids(anchor, { signal })) {
    const living = readLiving(livingid)
    living.catch(() => {}) // a failure is thrown below, when this living is awaited
    pending.push(living)
    if (pending.length >= 4) yield (await pending.shift()) as Living
  }
  for (const living of pending) yield await living
}
