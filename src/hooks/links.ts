import { randomBytes } from 'node:crypto'
import { beginning, packCursor, unpackCursor } from '../cursor.ts'
import { type KnownViewers, named, numbersOf } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import type { Input } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { makeLink } from './link_token.ts'
import { endLinks, type LinkKey, linkKey, makeLinkKey, newLinkKey, setPlayUrl, type ViewerRow, viewersAfter } from './store.ts'

type Of = { corp_no: number; living_no: number; livingid: string }
const newKey = () => randomBytes(32).toString('base64url')

/** Makes links for viewers on the register, or for all of it; ends them when told. */
export async function linksOf(db: Db, viewers: KnownViewers, cursorKey: Buffer, living: Of, asked: Input<Table['links']>, now: number) {
  if (asked.play_url !== undefined && !/^https?:\/\/[^\s"'<>]+$/.test(asked.play_url))
    throw new WireError('bad_request', 'play_url: expected an http or https address')
  const after = unpackCursor(cursorKey, living, 'links', asked.cursor)
  // nobody in particular is the whole register
  const known = asked.viewers && (await viewers(db, living.corp_no, asked.viewers))
  const only = known && numbersOf(known)
  const unknown = named((asked.viewers ?? []).filter((_, index) => !known?.[index]))
  await db.batch([
    makeLinkKey(living, newKey()),
    ...(Number(asked.rotate ?? 0) ? [newLinkKey(living, newKey())] : []),
    ...(asked.play_url === undefined ? [] : [setPlayUrl(living, asked.play_url)]),
  ])
  // one second on, so that links made in this very second are ended too
  if (Number(asked.end ?? 0)) {
    if (!only) throw new WireError('bad_request', 'viewers: expected whose links end; "rotate" ends all')
    await db.batch([endLinks(living, only, now + 1)])
    return { links: [], unknown, has_more: 0, next_cursor: '0' }
  }
  const [key] = await db.all<LinkKey>(linkKey(living))
  const limit = asked.limit ?? 1000
  const found = await db.all<ViewerRow>(viewersAfter(living, after, limit + 1, only))
  const page = found.slice(0, limit)
  const links = await Promise.all(
    page.map(async ({ viewer_no, student_userid, parent_userid, name, relation }) => {
      const link = await makeLink(key?.signing_key ?? '', living, viewer_no, now, asked.expires_in ?? 30 * 86_400)
      const who = { student_userid, ...(parent_userid !== null && { parent_userid }) }
      return { ...who, name: relation ? `${name} ${relation}` : name, link, path: `/watch/${link}` }
    }),
  )
  const end = page.at(-1)?.viewer_no ?? after
  return {
    links,
    unknown,
    has_more: found.length > limit ? 1 : 0,
    next_cursor: end === beginning ? '0' : packCursor(cursorKey, living, 'links', end),
  }
}
