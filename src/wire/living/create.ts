import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { livingid, partyids, unixSeconds, userid } from '../fields.ts'

/** `living_range` is Rollcall's own field: in WeCom the range is chosen in the client app (WeCom page 93824, 100 classes at most). */
export const livingCreate = endpoint({
  method: 'POST',
  path: '/cgi-bin/living/create',
  doc: 93637,
  title: '创建预约直播',
  needs: 'living',
  effect: 'write',
  partial:
    'reminders are not sent; covers and event pages are stored and never shown. The field `living_range` exists in Rollcall only: WeCom takes the classes from its app',
  input: Type.Object({
    anchor_userid: userid,
    theme: Type.String({ minLength: 1, maxLength: 20, description: '20 characters at most' }),
    living_start: unixSeconds,
    living_duration: Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'seconds' }),
    type: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4, description: '0 general, 1 small class, 2 large class, 3 training, 4 event' }),
    ),
    description: Type.Optional(Type.String({ maxLength: 100 })),
    agentid: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
    remind_time: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000 })),
    activity_cover_mediaid: Type.Optional(Type.String({ maxLength: 512 })),
    activity_share_mediaid: Type.Optional(Type.String({ maxLength: 512 })),
    activity_detail: Type.Optional(
      Type.Object({
        description: Type.Optional(Type.String({ maxLength: 1024 })),
        image_list: Type.Optional(Type.Array(Type.String({ maxLength: 512 }))),
      }),
    ),
    living_range: Type.Optional(Type.Object({ partyids: Type.Array(partyids.items, { maxItems: 100 }) })),
  }),
  output: Type.Object({ livingid }),
})
