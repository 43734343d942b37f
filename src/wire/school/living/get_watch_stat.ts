import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'
import { visitor, watching } from './get_watch_stat_v2.ts'

/** V1. The container is called `stat_infoes`, and `ending` is the opposite of V2's `has_more`. `parent_userid` is there where a parent watched. */
export const getWatchStat = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/living/get_watch_stat',
  doc: 93741,
  title: '获取观看直播统计',
  needs: 'living_stat',
  effect: 'read',
  input: Type.Object({ livingid, next_key: Type.Optional(cursor) }),
  output: Type.Object({
    ending: zeroOrOne,
    next_key: Type.String(),
    stat_infoes: Type.Object({
      students: Type.Array(Type.Object({ student_userid: userid, parent_userid: Type.Optional(userid), partyids, ...watching })),
      visitors: Type.Array(visitor),
    }),
  }),
})
