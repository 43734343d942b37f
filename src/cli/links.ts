import { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Output } from '../wire/endpoint.ts'
import type { Table as Wire } from '../wire/table.ts'
import { interruptible } from './ask/ask.ts'
import { type AskFlags, asking, clientFor } from './ask/asking.ts'
import type { Table } from './ask/tables.ts'
import { langOf } from './ask/words.ts'
import { formatOf, write } from './ask/write.ts'

type Link = Output<Wire['links']>['links'][number] & { url: string }
type Flags = AskFlags & { playUrl?: string; days?: string; rotate?: boolean; prefix?: string }

/** A link for every pupil and parent, to be handed out in the class group. */
export function linksCommand(): Command {
  const command = new Command('links')
    .description('a link for every pupil and parent of a lesson, which tells who is watching')
    .argument('<livingid>', 'the lesson')
    .option('--play-url <url>', 'the HLS address that the links play; kept for the lesson')
    .option('--prefix <url>', "put before each link's path; the server's address unless given")
    .option('--days <n>', 'days the links are good for', '30')
    .option('--rotate', 'kill all links made before')
  return asking(command, [
    'rollcall links LIVINGID --format csv --output links.csv',
    'rollcall links LIVINGID --play-url https://school.example/hls/LIVINGID.m3u8 --prefix https://rollcall.school.example',
  ]).action((livingid: string, flags: Flags) =>
    interruptible(async (signal) => {
      const lang = langOf(flags.lang, process.env)
      formatOf(flags)
      const days = Number(flags.days)
      if (!Number.isInteger(days) || days < 1 || days > 365)
        throw new Error(`--days: expected a whole number from 1 to 365, got ${JSON.stringify(flags.days)}`)
      const { client, base } = await clientFor(flags, signal)
      const table: Table<Link> = {
        columns: [
          { header: { en: 'name', zh: '姓名' }, cell: ({ name }) => name, width: 20 },
          { header: { en: 'student', zh: '学生账号' }, cell: ({ student_userid }) => student_userid, width: 20 },
          { header: { en: 'parent', zh: '家长账号' }, cell: ({ parent_userid }) => parent_userid ?? '', width: 20 },
          { header: { en: 'link', zh: '链接' }, cell: ({ url }) => url },
        ],
        entries: everybody(client, { livingid, expires_in: days * 86_400 }, flags, (flags.prefix ?? base).replace(/\/+$/, ''), signal),
        json: (link) => link,
      }
      const count = await write(table, flags, { lang })
      process.stderr.write(lang === 'zh' ? `共 ${count} 个链接，${days} 天内有效。\n` : `${count} links, good for ${days} days.\n`)
    }),
  )
}

/** What changes the lesson (the address, the key) goes with the first page alone. */
async function* everybody(
  client: Client,
  ask: { livingid: string; expires_in: number },
  { playUrl, rotate }: Flags,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Link> {
  let first: { play_url?: string; rotate?: number } = { ...(playUrl !== undefined && { play_url: playUrl }), ...(rotate && { rotate: 1 }) }
  let cursor = '0'
  for (;;) {
    const page = await client.ours.links({ ...ask, ...first, cursor }, { signal })
    for (const link of page.links) yield { ...link, url: `${prefix}${link.path}` }
    if (page.has_more !== 1) return
    first = {}
    cursor = page.next_cursor
  }
}
