import type { Lists, Route } from './call.ts'
import { BusyError, type Called, errorOf, LimitError, NoAnswerError } from './error.ts'
import { either } from './signals.ts'

export type Envelope = { errcode: number; errmsg: string }
/** When a call is tried again, and after how long. */
export type Retry = {
  /** tries in all; 3 unless said, as WeCom asks, 1 for none again */
  readonly attempts?: number
  /** milliseconds before the next try; doubling from 0.3 s unless said, from 3 s where the limit was reached, each ± a quarter */
  readonly wait?: (failed: number, error: unknown) => number
}
export type Sender = {
  readonly base: string
  readonly fetch: typeof fetch
  readonly timeout: number
  readonly retry: Retry
  /** milliseconds until the next call of a path may go */
  readonly waits: (path: string) => number
}
type Fields = Readonly<Record<string, unknown>>
export type Sending = { readonly query: Fields; readonly signal?: AbortSignal | undefined; readonly repeat?: boolean | undefined }

/** Calls until it is answered, or trying again is of no use or not safe. */
export async function send(sender: Sender, called: Called, route: Route, input: object, sending: Sending): Promise<Envelope> {
  const { attempts = 3, wait = backoff } = sender.retry
  for (let failed = 1; ; failed++) {
    const turn = sender.waits(called.path)
    if (turn > 0) await pause(turn, sending.signal)
    try {
      return await once(sender, called, route, input, sending)
    } catch (error) {
      if (failed >= attempts || !maySendAgain(error, route, sending.repeat)) throw error
      await pause(wait(failed, error), sending.signal)
    }
  }
}

/** Over the limit, nothing was done. Busy or without an answer, it may have been: only a read, or what the caller says, is repeated. */
function maySendAgain(error: unknown, { effect }: Route, repeat = effect === 'read'): boolean {
  return error instanceof LimitError || (repeat && (error instanceof BusyError || error instanceof NoAnswerError))
}

function backoff(failed: number, error: unknown): number {
  const first = error instanceof LimitError ? 3000 : 300
  return Math.min(60_000, first * 2 ** (failed - 1)) * (0.75 + Math.random() / 2)
}

async function once(sender: Sender, called: Called, route: Route, input: object, { query, signal }: Sending): Promise<Envelope> {
  signal?.throwIfAborted()
  const { path, rest } = placed(route.path, input)
  const asked = new URLSearchParams()
  for (const [field, value] of Object.entries({ ...query, ...(route.method === 'GET' && rest) }))
    if (value !== undefined && value !== null) asked.set(field, String(value))
  // a timer of our own, since that of AbortSignal.timeout goes on after the answer
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), sender.timeout)
  let status: number
  let text: string
  try {
    const response = await sender.fetch(`${sender.base}${path}?${asked}`, {
      method: route.method,
      ...(route.method === 'POST' && { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } }),
      signal: either(late.signal, signal),
    })
    status = response.status
    text = await response.text()
  } catch (error) {
    signal?.throwIfAborted()
    const says = late.signal.aborted ? `no answer within ${sender.timeout / 1000} s` : `no answer: ${reasonOf(error)}`
    throw new NoAnswerError(called, says, { timedOut: late.signal.aborted, cause: error })
  } finally {
    clearTimeout(timer)
    late.abort() // nobody listens to the caller's signal any more
  }
  const answer = parsed(text)
  if (!answer || (status >= 400 && answer.errcode === undefined))
    throw new NoAnswerError(called, `HTTP ${status} without an answer of the API; is ${sender.base} the right host?`, { status })
  // a success has been seen to carry neither errcode nor errmsg
  if (answer.errcode) throw errorOf(called, answer.errcode, answer.errmsg ?? '', answer)
  return complete(route.lists ?? {}, { ...answer, errcode: 0, errmsg: answer.errmsg ?? 'ok' }) as Envelope
}

/** Fields that the path names go there; of the rest, what is undefined or null is left out: WeCom refuses a null cursor. */
function placed(template: string, input: object): { path: string; rest: Fields } {
  const rest = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null))
  const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = rest[field]
    if (value === undefined || value === '') throw new TypeError(`${field} is missing: ${template}`)
    delete rest[field]
    return encodeURIComponent(String(value))
  })
  return { path, rest }
}

function parsed(text: string): (Partial<Envelope> & object) | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : undefined
  } catch {
    return undefined
  }
}

/** WeCom leaves out arrays that are empty (seen: `students` of get_allow_scope): the lists a page promises are put back. */
export function complete(lists: Lists | readonly [Lists], answer: unknown): unknown {
  if (Array.isArray(lists)) {
    const [within] = lists as readonly [Lists]
    if (!Array.isArray(answer)) return []
    return Object.keys(within).length ? answer.map((each) => complete(within, each)) : answer
  }
  if (answer !== undefined && (typeof answer !== 'object' || answer === null)) return answer
  const whole: Record<string, unknown> = { ...answer }
  for (const [place, inner] of Object.entries(lists as Lists)) {
    const field = place.replace('?', '')
    const value = whole[field] ?? undefined
    if (value !== undefined || field === place) whole[field] = complete(inner, value)
  }
  return whole
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  const known = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined
  return known ?? (error instanceof Error ? error.message : String(error))
}

/** Waits, unless told to stop. */
function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
