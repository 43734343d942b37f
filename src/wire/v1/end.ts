import { endpoint } from '../endpoint.ts'
import { startAndEnd, startOrEnd } from './start.ts'

/** Ends a living. Not a WeCom call: WeCom's livings are ended in its client app. A second call with another `at` corrects the end. */
export const end = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/end',
  title: 'The lesson has ended',
  needs: 'living',
  effect: 'write',
  input: startOrEnd,
  output: startAndEnd,
})
