import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { livingid } from '../fields.ts'

/** There is a replay once somebody was reported to watch it. Without one: 92007. */
export const deleteReplayData = endpoint({
  method: 'POST',
  path: '/cgi-bin/living/delete_replay_data',
  doc: 93743,
  title: '删除直播回放',
  needs: 'living',
  effect: 'write',
  partial: 'a replay exists once somebody was reported to watch it; Rollcall stores no recording',
  input: Type.Object({ livingid }),
  output: Type.Object({}),
})
