import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { cursor, emptyIsAbsent, livingid, userid } from '../fields.ts'

/** The only list without `has_more`: the last page has an empty `next_cursor`. */
export const getUserAllLivingid = endpoint({
  method: 'POST',
  path: '/cgi-bin/living/get_user_all_livingid',
  doc: 93739,
  title: '获取老师直播ID列表',
  needs: 'living',
  effect: 'read',
  input: Type.Object({
    userid,
    cursor: Type.Optional(cursor),
    limit: emptyIsAbsent(Type.Integer({ minimum: 1, maximum: 100, description: '100 by default' })),
  }),
  output: Type.Object({ next_cursor: Type.String(), livingid_list: Type.Array(livingid) }),
})
