import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { livingid, userid, zeroOrOne } from '../fields.ts'

/** The form for companies. `living_*` are what happened, once the living has started; `reserve_*` are the plan. */
export const livingGetLivingInfo = endpoint({
  method: 'GET',
  path: '/cgi-bin/living/get_living_info',
  doc: 93635,
  title: '获取直播详情',
  needs: 'living',
  effect: 'read',
  partial: '`mic_num` and `subscribe_count` are 0, `main_department` is the root (Rollcall stores no staff), `push_stream_url` is ""',
  input: Type.Object({ livingid }),
  output: Type.Object({
    living_info: Type.Object({
      theme: Type.String(),
      living_start: Type.Integer(),
      living_duration: Type.Integer(),
      status: Type.Integer({ description: '0 reserved, 1 live, 2 ended, 3 expired, 4 cancelled' }),
      reserve_start: Type.Integer(),
      reserve_living_duration: Type.Integer(),
      description: Type.String(),
      anchor_userid: userid,
      main_department: Type.Integer(),
      viewer_num: Type.Integer(),
      comment_num: Type.Integer(),
      mic_num: Type.Integer(),
      open_replay: zeroOrOne,
      replay_status: Type.Optional(Type.Integer({ description: '0 there, 1 being made, 2 deleted, 3 failed; only with open_replay 1' })),
      type: Type.Integer(),
      push_stream_url: Type.Optional(Type.String()),
      online_count: Type.Integer(),
      subscribe_count: Type.Integer(),
    }),
  }),
})
