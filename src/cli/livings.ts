import { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table as Wire } from '../wire/table.ts'
import { interruptible } from './ask/ask.ts'
import { type AskFlags, asking, clientFor } from './ask/asking.ts'
import { progressBar } from './ask/progress.ts'
import type { Table } from './ask/tables.ts'
import { langOf, say, statusWords } from './ask/words.ts'
import { formatOf, write } from './ask/write.ts'

type Living = { livingid: string } & Output<Wire['livingGetLivingInfo']>['living_info']

export function livingsCommand(): Command {
  const command = new Command('livings')
    .description("a teacher's lessons, of those that this app made")
    .requiredOption('--anchor <userid>', 'the teacher')
  return asking(command, [
    'rollcall livings --anchor wanglaoshi',
    'rollcall livings --anchor wanglaoshi --format ndjson | jq -r .livingid',
  ]).action((flags: AskFlags & { anchor: string }) =>
    interruptible(async (signal) => {
      const lang = langOf(flags.lang, process.env)
      formatOf(flags)
      const { client } = await clientFor(flags, signal)
      const bar = progressBar(flags.anchor)
      async function* entries() {
        let done = 0
        for await (const living of livings(client, flags.anchor, signal)) {
          bar.at(0, `${++done}`)
          yield living
        }
        bar.end()
      }
      const table: Table<Living> = {
        columns: [
          { header: { en: 'livingid', zh: '直播ID' }, cell: ({ livingid }) => livingid, width: 34 },
          { header: { en: 'lesson', zh: '课程' }, cell: ({ theme }) => theme, width: 24 },
          { header: { en: 'state', zh: '状态' }, cell: ({ status }) => say(statusWords[status], lang, String(status)) },
          { header: { en: 'begins', zh: '开始' }, cell: ({ living_start }) => new Date(living_start * 1000), width: 20 },
          { header: { en: 'minutes', zh: '分钟' }, cell: ({ living_duration }) => Math.round(living_duration / 60) },
          { header: { en: 'viewers', zh: '观看人数' }, cell: ({ viewer_num }) => viewer_num },
        ],
        entries: entries(),
        json: (living) => living,
      }
      try {
        const count = await write(table, flags, { lang })
        process.stderr.write(
          lang === 'zh'
            ? `${flags.anchor}：共 ${count} 场直播。\n`
            : `${flags.anchor} has ${count} ${count === 1 ? 'lesson' : 'lessons'}.\n`,
        )
      } finally {
        bar.end()
      }
    }),
  )
}

/** Four asked at a time, given in order. */
async function* livings(client: Client, anchor: string, signal: AbortSignal): AsyncGenerator<Living> {
  const asked: Promise<Living>[] = []
  const one = async (livingid: string) => ({ livingid, ...(await client.livingGetLivingInfo({ livingid }, { signal })).living_info })
  for await (const livingid of client.livingids(anchor, { signal })) {
    const answer = one(livingid)
    answer.catch(() => {}) // told when its turn has come
    asked.push(answer)
    if (asked.length >= 4) yield (await asked.shift()) as Living
  }
  for (const answer of asked) yield await answer
}
