import { endpoint } from '../endpoint.ts'
import { endInput, startAndEnd } from './start.ts'

/**
 * Not a WeCom call: WeCom's livings are ended in its client app. Ends a living and freezes its register as of the end; a second call with
 * another `at` corrects the end, and the register with it.
 */
export const end = endpoint({
  method: 'POST',
  path: '/v1/livings/{livingid}/end',
  title: 'The lesson has ended',
  needs: 'living',
  effect: 'write',
  input: endInput,
  output: startAndEnd,
})
