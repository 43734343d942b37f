import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/** The students and parents who have not watched a living: the call that Rollcall exists for. */
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
    // V1's name of the cursor. One PHP SDK sends it to V2; if it were ignored, that SDK would get the first page again and again
    next_key: Type.Optional(cursor),
  }),
  output: Type.Object({
    has_more: zeroOrOne, // 1 = another page follows; the opposite of V1's `ending`
    next_cursor: Type.String(),
    stat_info: Type.Object({
      students: Type.Array(Type.Object({ student_userid: userid, partyids })),
      parents: Type.Array(Type.Object({ parent_userid: userid, student_userid: userid, partyids })),
    }),
  }),
})
