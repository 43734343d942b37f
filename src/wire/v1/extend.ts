import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, livingid, unixSeconds } from '../fields.ts'

/** Not a WeCom call: moves the planned end of a living that is live. WeCom's `living/modify` changes reserved livings only. */
export const extend = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/extend',
  title: 'Move the planned end of a running lesson',
  needs: 'living',
  effect: 'write',
  input: closed({ livingid, until: unixSeconds }),
  output: Type.Object({ start_time: Type.Integer(), planned_end: Type.Integer({ description: 'unix seconds' }) }),
})
