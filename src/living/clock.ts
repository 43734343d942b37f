import { clockSkewSeconds } from '../wire/clock.ts'
import { WireError } from '../wire/errcode.ts'

/** Throws 40058 where a time in `field` is further ahead of `now` than a clock that is a little fast. Both are unix seconds. */
export function checkNotFuture(field: string, at: number, now: number): void {
  if (at > now + clockSkewSeconds)
    throw new WireError('bad_request', `${field}: ${at} is in the future, expected unix seconds up to now (${now})`)
}
