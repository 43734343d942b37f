import { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table as Wire } from '../wire/table.ts'
import { clientFor } from './ask/client_for.ts'
import { type AskFlags, addAskFlags } from './ask/flags.ts'
import { formatOf } from './ask/format.ts'
import { interruptible } from './ask/interruptible.ts'
import { printLine } from './ask/printable.ts'
import type { Table } from './ask/table.ts'
import { langOf } from './ask/words.ts'
import { writeTable } from './ask/write_table.ts'

type Link = Output<Wire['links']>['links'][number] & { url: string }
type Flags = AskFlags & { playUrl?: string; days?: string; rotate?: boolean; prefix?: string; publish?: boolean }

/** Returns the command `links`: one signed URL per viewer of a living. */
export function linksCommand(): Command {
  const command = new Command('links')
    .description('a link for every student and parent of a lesson, which tells who is watching')
    .argument('<livingid>', 'the lesson')
    .option('--play-url <url>', 'the HLS address that the links play; stored with the lesson')
    .option('--prefix <url>', "put before each link's path; default: the server's address")
    .option('--days <n>', 'number of days for which the links are valid', '30')
    .option('--publish', 'print only what the teacher publishes under: the name and the key of the stream')
    .option('--rotate', 'make all earlier links invalid')
  return addAskFlags(command, [
    'rollcall links LIVINGID --format csv --output links.csv',
    'rollcall links LIVINGID --play-url https://school.example/hls/LIVINGID.m3u8 --prefix https://rollcall.school.example',
  ]).action((livingid: string, flags: Flags) =>
    interruptible((signal) => (flags.publish ? writePublishName(livingid, flags, signal) : writeLinks(livingid, flags, signal))),
  )
}

async function writePublishName(livingid: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { client } = await clientFor(flags, signal)
  const { publish } = await client.ours.links({ livingid, publish: 1, limit: 1, ...(flags.rotate && { rotate: 1 }) }, { signal })
  printLine(publish ?? '')
}

async function writeLinks(livingid: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const lang = langOf(flags.lang, process.env)
  formatOf(flags)
  const days = Number(flags.days)
  if (!Number.isInteger(days) || days < 1 || days > 365)
    throw new Error(`--days: expected a whole number from 1 to 365, got ${JSON.stringify(flags.days)}`)
  const { client, base } = await clientFor(flags, signal)
  const prefix = (flags.prefix ?? base).replace(/\/+$/, '')
  const table: Table<Link> = {
    columns: [
      { header: { en: 'name', zh: '姓名' }, cell: ({ name }) => name, width: 20 },
      { header: { en: 'student', zh: '学生账号' }, cell: ({ student_userid }) => student_userid, width: 20 },
      { header: { en: 'parent', zh: '家长账号' }, cell: ({ parent_userid }) => parent_userid ?? '', width: 20 },
      { header: { en: 'link', zh: '链接' }, cell: ({ url }) => url },
    ],
    entries: readLinks(client, { livingid, expires_in: days * 86_400 }, flags, prefix, signal),
    json: (link) => link,
  }
  const count = await writeTable(table, flags, { lang })
  printLine(lang === 'zh' ? `共 ${count} 个链接，${days} 天内有效。` : `${count} links, good for ${days} days.`)
}

/** Yields the links over all pages. Sends `play_url` and `rotate`, which change the living, with the first page only. */
async function* readLinks(
  client: Client,
  input: { livingid: string; expires_in: number },
  { playUrl, rotate }: Flags,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Link> {
  let changes: { play_url?: string; rotate?: number } = {
    ...(playUrl !== undefined && { play_url: playUrl }),
    ...(rotate && { rotate: 1 }),
  }
  let cursor = '0'
  for (;;) {
    const page = await client.ours.links({ ...input, ...changes, cursor }, { signal })
    for (const link of page.links) yield { ...link, url: `${prefix}${link.path}` }
    if (page.has_more !== 1) return
    changes = {}
    cursor = page.next_cursor
  }
}
