import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/** The page this project exists for. */
export const getUnwatchStatV2 = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/living/get_unwatch_stat_v2',
  doc: 95795,
  title: '获取未观看直播统计V2',
  needs: 'living_stat',
  effect: 'read',
  input: Type.Object({
    livingid,
    next_cursor: Type.Optional(cursor),
    // One PHP SDK sends V1's name to V2; ignored, it would read page 1 for ever.
    next_key: Type.Optional(cursor),
  }),
  output: Type.Object({
    has_more: zeroOrOne, // 1 = more to come; V1's `ending` is the other way round
    next_cursor: Type.String(),
    stat_info: Type.Object({
      students: Type.Array(Type.Object({ student_userid: userid, partyids })),
      parents: Type.Array(Type.Object({ parent_userid: userid, student_userid: userid, partyids })),
    }),
  }),
})
