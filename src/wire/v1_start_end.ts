import Type from 'typebox'
import { endpoint } from './endpoint.ts'
import { livingid, unixSeconds } from './fields.ts'

const lesson = Type.Object({ livingid, at: Type.Optional(unixSeconds) })
const times = Type.Object({ start_time: Type.Integer(), end_time: Type.Optional(Type.Integer()) })

/** Ours: WeCom's livings are started in its app. `at` up to now; the same call again with another `at` corrects the time. */
export const start = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/start',
  title: 'The lesson has started',
  needs: 'living',
  effect: 'write',
  input: lesson,
  output: times,
})

export const end = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/end',
  title: 'The lesson has ended',
  needs: 'living',
  effect: 'write',
  input: lesson,
  output: times,
})
