import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { cursor, livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/**
 * V1: one row for each parent who follows 「学校通知」 and in whose household no one has watched. V1 counts a student as watched as soon as
 * anyone of the household has watched; V2 counts each student and each parent separately.
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
