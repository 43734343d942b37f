import { randomInt } from 'node:crypto'
import type { TSchema } from 'typebox'
import type { Endpoint } from '../wire/endpoint.ts'
import { errcodes, WireError } from '../wire/errcode.ts'

/**
 * The one place that makes an answer's outside: errcode and errmsg first, HTTP 200, `Error-Code` and `Error-Msg` headers,
 * errors decorated and with the call's empty arrays, as WeCom's are (page 90930).
 */
export type Answer = { errcode: number; errmsg: string; body: Buffer }

/** A route's own errcode (a batch's first failure) stands over the ok. */
export function success(call: Endpoint, output: object | Buffer): Answer {
  const ok = { errcode: 0, errmsg: call.done ?? 'ok' }
  if (Buffer.isBuffer(output)) return { ...ok, body: output }
  const whole = { ...ok, ...output }
  return { errcode: whole.errcode, errmsg: whole.errmsg, body: Buffer.from(JSON.stringify(whole)) }
}

export function failure(call: Endpoint | undefined, error: unknown, ip: string, now: number): Answer {
  const { errcode, message } = error instanceof WireError ? error : { errcode: errcodes.busy.errcode, message: errcodes.busy.errmsg }
  const errmsg = `${message}, hint: [${hint(now)}], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
  return { errcode, errmsg, body: Buffer.from(JSON.stringify({ errcode, errmsg, ...(call && emptyOf(call.output)) })) }
}

/** 25 digits, the first ten the unix time: the captured form since 2021. */
const hint = (now: number) => `${now}${String(randomInt(2 ** 47)).padStart(15, '0')}`

const empties = new WeakMap<TSchema, object>()

/** The arrays of an output, empty, where they must be there. */
function emptyOf(schema: TSchema): object {
  const kept = empties.get(schema)
  if (kept) return kept
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
  empties.set(schema, empty)
  return empty
}

export const headersOf = ({ errcode, errmsg, body }: Answer) => ({
  'content-type': 'application/json; charset=UTF-8',
  'content-length': body.length,
  'error-code': String(errcode),
  'error-msg': errmsg === 'ok' ? errmsg : headerText(errmsg),
})

/** A header may hold visible ASCII only: anything else goes as %XX. */
const headerText = (text: string) =>
  text.replaceAll(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character.isWellFormed() ? character : '\ufffd'))
