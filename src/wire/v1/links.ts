import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, cursor, flag, livingid, userid } from '../fields.ts'

const viewer = { student_userid: userid, parent_userid: Type.Optional(userid) }

/**
 * Not a WeCom call: makes a link for each viewer, to be put into a play URL (`?link=…`) or opened at /watch/…. Without `viewers` for everybody
 * in range, page by page. `publish` asks for the publish key. `end` revokes the links of the viewers named, `rotate` every link of the living; new ones can be made at once.
 */
export const links = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/links',
  title: 'Links that tell who is watching',
  needs: 'living',
  effect: 'write',
  input: closed({
    livingid,
    viewers: Type.Optional(Type.Array(closed(viewer), { minItems: 1, maxItems: 10_000 })),
    expires_in: Type.Optional(Type.Integer({ minimum: 60, maximum: 31_536_000, description: 'seconds; 30 days by default' })),
    play_url: Type.Optional(Type.String({ maxLength: 2048, description: 'the HLS address that /watch plays; kept for the living' })),
    end: Type.Optional(flag),
    rotate: Type.Optional(flag),
    publish: Type.Optional(flag),
    cursor: Type.Optional(cursor),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
  output: Type.Object({
    publish: Type.Optional(
      Type.String({ description: 'with `publish`: the name and the key the stream is published under, LIVINGID?key=KEY' }),
    ),
    links: Type.Array(Type.Object({ ...viewer, name: Type.String(), link: Type.String(), path: Type.String({ description: '/watch/…' }) })),
    unknown: Type.Array(Type.Object(viewer)),
    has_more: Type.Integer({ minimum: 0, maximum: 1 }),
    next_cursor: Type.String(),
  }),
})
