import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, livingid, unixSeconds } from '../fields.ts'

/** Body of `/start` and `/end`. `at` is unix seconds, at most now; absent means now. */
export const startOrEnd = closed({ livingid, at: Type.Optional(unixSeconds) })

/** The living's times after the call, in unix seconds. */
export const startAndEnd = Type.Object({ start_time: Type.Integer(), end_time: Type.Optional(Type.Integer()) })

/** Starts a living. Not a WeCom call: WeCom's livings are started in its client app. A second call with another `at` corrects the start. */
export const start = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/start',
  title: 'The lesson has started',
  needs: 'living',
  effect: 'write',
  input: startOrEnd,
  output: startAndEnd,
})
