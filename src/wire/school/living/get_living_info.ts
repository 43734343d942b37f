import Type from 'typebox'
import { endpoint } from '../../endpoint.ts'
import { livingid, partyids, userid, zeroOrOne } from '../../fields.ts'

/** `push_stream_url` is there only for an event living (type 4) that has not started. */
export const schoolGetLivingInfo = endpoint({
  method: 'GET',
  path: '/cgi-bin/school/living/get_living_info',
  doc: 93740,
  title: '获取直播详情',
  needs: 'living_stat',
  effect: 'read',
  partial: '`group_names` is always empty, `subscribe_count` 0 and `push_stream_url` "": Rollcall receives no stream itself',
  input: Type.Object({ livingid }),
  output: Type.Object({
    living_info: Type.Object({
      theme: Type.String(),
      living_start: Type.Integer(),
      living_duration: Type.Integer(),
      anchor_userid: userid,
      living_range: Type.Object({ partyids, group_names: Type.Array(Type.String()) }),
      viewer_num: Type.Integer(),
      comment_num: Type.Integer(),
      open_replay: zeroOrOne,
      push_stream_url: Type.Optional(Type.String()),
      online_count: Type.Integer(),
      subscribe_count: Type.Integer(),
    }),
  }),
})
