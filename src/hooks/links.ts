import type { Pages } from '../attendance/pages/unwatched.ts'
import { cursorAt, unpackCursor } from '../cursor.ts'
import type { Living } from '../living/store.ts'
import { userids, type ViewerLookup, viewerNumbers } from '../roster/viewers.ts'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import type { Input, Output } from '../wire/endpoint.ts'
import { WireError } from '../wire/errcode.ts'
import type { Table } from '../wire/table.ts'
import { makeLink } from './link_token.ts'
import { newSigningKey, publishNameOf, signingKeyOf } from './publish_key.ts'
import { insertLinkKey, type LinkedViewer, replaceLinkKey, revokeLinks, setPlayUrl, viewersInRange } from './store_links.ts'

type Context = { readonly db: Db; readonly secrets: Secrets; readonly viewers: ViewerLookup; readonly pages: Pick<Pages, 'cursorKey'> }

const defaultTtlSeconds = 30 * 86_400
const defaultLimit = 1000

/**
 * `POST /v1/livings/{livingid}/links`: makes links for some viewers or for everybody in range, page by page. With `end` it revokes the
 * links of the viewers named, with `rotate` every link of the living before it makes new ones. With `publish` it also answers what the
 * teacher publishes under.
 *
 * @throws 40058 where `play_url` is no http address, or `end` names no viewers; 50100 for a cursor that is wrong
 */
export async function linksOf(
  { db, secrets, viewers, pages: { cursorKey } }: Context,
  living: Living,
  asked: Input<Table['links']>,
  now: number,
): Promise<Output<Table['links']>> {
  if (asked.play_url !== undefined && !/^https?:\/\/[^\s"'<>]+$/.test(asked.play_url))
    throw new WireError('bad_request', 'play_url: expected an http or https address')
  const after = unpackCursor(cursorKey, living, 'links', asked.cursor)
  const found = asked.viewers && (await viewers(db, living.corp_no, asked.viewers))
  const viewer_nos = found && viewerNumbers(found)
  const unknown = userids((asked.viewers ?? []).filter((_, index) => !found?.[index]))
  await db.batch([
    insertLinkKey(living, newSigningKey(secrets, living)),
    ...(Number(asked.rotate ?? 0) ? [replaceLinkKey(living, newSigningKey(secrets, living))] : []),
    ...(asked.play_url === undefined ? [] : [setPlayUrl(living, asked.play_url)]),
  ])
  if (Number(asked.end ?? 0)) {
    if (!viewer_nos) throw new WireError('bad_request', 'viewers: expected whose links end; "rotate" ends all')
    // one second on, so that links issued in this very second are revoked too
    await db.batch([revokeLinks(living, viewer_nos, now + 1)])
    return { links: [], unknown, has_more: 0, next_cursor: '0' }
  }

  const limit = asked.limit ?? defaultLimit
  const rows = await db.all<LinkedViewer>(viewersInRange(living, after, limit + 1, viewer_nos))
  const page = rows.slice(0, limit)
  const signing_key = await signingKeyOf({ db, secrets }, living)
  const ttlSeconds = asked.expires_in ?? defaultTtlSeconds
  return {
    ...(Number(asked.publish ?? 0) && { publish: await publishNameOf({ db, secrets }, living) }),
    links: await Promise.all(page.map((viewer) => linkFor(living, viewer, signing_key, now, ttlSeconds))),
    unknown,
    has_more: rows.length > limit ? 1 : 0,
    next_cursor: cursorAt(cursorKey, living, 'links', page.at(-1)?.viewer_no ?? after),
  }
}

async function linkFor(living: Living, viewer: LinkedViewer, signing_key: string, now: number, ttlSeconds: number) {
  const { viewer_no, student_userid, parent_userid, name, relation } = viewer
  const link = await makeLink(signing_key, living, viewer_no, now, ttlSeconds)
  return {
    student_userid,
    ...(parent_userid !== null && { parent_userid }),
    name: relation ? `${name} ${relation}` : name,
    link,
    path: `/watch/${link}`,
  }
}
