import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/**
 * V1, whose scope are students whose parents follow 「学校通知」: one row a following parent. A row of V1 is the student's, by whomever
 * watched, so a family of which somebody watched is not here; V2 judges each on their own.
 */
export const getUnwatchStat = endpoint({
  method: 'POST',
  path: '/cgi-bin/school/living/get_unwatch_stat',
  doc: 93742,
  title: '获取未观看直播统计',
  needs: 'living_stat',
  effect: 'read',
  input: Type.Object({ livingid, next_key: Type.Optional(cursor) }),
  output: Type.Object({
    ending: zeroOrOne,
    next_key: Type.String(),
    stat_info: Type.Object({ students: Type.Array(Type.Object({ student_userid: userid, parent_userid: userid, partyids })) }),
  }),
})
