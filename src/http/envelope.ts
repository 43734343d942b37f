import { randomInt } from 'node:crypto'
import type { TSchema } from 'typebox'
import type { Endpoint } from '../wire/endpoint.ts'
import { errcodes, WireError } from '../wire/errcode.ts'

/**
 * The envelope of all answers: HTTP 200, errcode and errmsg first, the headers `Error-Code` and `Error-Msg`. The body of a success lacks
 * errcode and errmsg where the call is declared so. An error carries a hint and the caller's address in its errmsg, and the call's arrays,
 * empty, as WeCom's errors do (WeCom page 90930).
 */
export type Answer = { errcode: number; errmsg: string; body: Buffer }

/** The answer of a route. Its own errcode, which is the first failure of a batch, replaces the 0. Bytes are sent as they are. */
export function success(call: Endpoint, output: object | Buffer): Answer {
  const ok = { errcode: 0, errmsg: call.done ?? 'ok' }
  if (Buffer.isBuffer(output)) return { ...ok, body: output }
  const whole = { ...ok, ...output }
  return { errcode: whole.errcode, errmsg: whole.errmsg, body: Buffer.from(JSON.stringify(call.isBareOnSuccess ? output : whole)) }
}

/** The answer of an error. What is no WireError is a fault of the server: -1. `ip` is the caller's, `now` in unix seconds. */
export function failure(call: Endpoint | undefined, error: unknown, ip: string, now: number): Answer {
  const { errcode, message } = error instanceof WireError ? error : { errcode: errcodes.busy.errcode, message: errcodes.busy.errmsg }
  const errmsg = `${message}, hint: [${hint(now)}], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
  return { errcode, errmsg, body: Buffer.from(JSON.stringify({ errcode, errmsg, ...(call && emptyOf(call.output)) })) }
}

/** 25 digits, the first ten the unix time, as in WeCom's answers since 2021. */
const hint = (now: number) => `${now}${String(randomInt(2 ** 47)).padStart(15, '0')}`

/** The required arrays of an output, empty. */
function emptyOf(schema: TSchema): object {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, TSchema & { type?: string }>; required?: string[] }
  const empty: Record<string, unknown> = {}
  for (const name of required) {
    const part = properties[name]
    if (part?.type === 'array') empty[name] = []
    if (part?.type === 'object') {
      const inner = emptyOf(part)
      if (Object.keys(inner).length) empty[name] = inner
    }
  }
  return empty
}

export const headersOf = ({ errcode, errmsg, body }: Answer) => ({
  'content-type': 'application/json; charset=UTF-8',
  'content-length': body.length,
  'error-code': String(errcode),
  'error-msg': errmsg === 'ok' ? errmsg : headerText(errmsg),
})

/** A header may hold visible ASCII only: any other character is percent-encoded. */
const headerText = (text: string) => text.toWellFormed().replaceAll(/[^\x20-\x7e]+/g, encodeURIComponent)
