import Type from 'typebox'
import { endpoint } from '../endpoint.ts'
import { closed, flag, livingid, unixSeconds } from '../fields.ts'

/** Unix seconds, at most now; absent means now. */
const at = Type.Optional(unixSeconds)

/** Body of `/end`. */
export const endInput = closed({ livingid, at })

/** The living's times after the call, in unix seconds. */
export const startAndEnd = Type.Object({ start_time: Type.Integer(), end_time: Type.Optional(Type.Integer()) })

/**
 * Not a WeCom call: WeCom's livings are started in its client app. Starts a living; a second call with another `at` corrects the start.
 * Without `at` it reopens a living that its stream or the clock has ended, and with `reopen` one that was ended by `/end`, until its planned
 * end and the grace are over.
 */
export const start = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/start',
  title: 'The lesson has started',
  needs: 'living',
  effect: 'write',
  input: closed({
    livingid,
    at,
    reopen: Type.Optional(flag),
  }),
  output: startAndEnd,
})
