import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/** How a viewer watched: first enter and last leave as reported, in unix seconds, and `watch_time` in seconds, which alone is clipped to the living. */
export const watching = {
  watch_time: Type.Integer({ description: 'seconds watched: the union of the stays' }),
  enter_time: Type.Integer(),
  leave_time: Type.Integer(),
  is_comment: zeroOrOne,
}
export const visitor = Type.Object({ nickname: Type.String(), ...watching })

export const getWatchStatV2 = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/living/get_watch_stat_v2',
  doc: 95793,
  title: '获取观看直播统计V2',
  needs: 'living_stat',
  effect: 'read',
  input: Type.Object({ livingid, next_cursor: Type.Optional(cursor), next_key: Type.Optional(cursor) }),
  output: Type.Object({
    has_more: zeroOrOne,
    next_cursor: Type.String(),
    stat_info: Type.Object({
      students: Type.Array(Type.Object({ student_userid: userid, partyids, ...watching })),
      parents: Type.Array(Type.Object({ parent_userid: userid, student_userid: userid, partyids, ...watching })),
      visitors: Type.Array(visitor),
    }),
  }),
})
