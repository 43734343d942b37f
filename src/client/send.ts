import type { CallSpec, Envelope } from './call.ts'
import { BusyError, type CallIdentity, errorOf, LimitError, NoAnswerError } from './error.ts'
import { addMissingLists } from './missing_lists.ts'
import { delay, eitherSignal } from './signals.ts'

/** How often a failed call is retried, and after which delay. */
export type Retry = {
  /** Maximum number of attempts, the first included. Default 3, as WeCom recommends; 1 turns retries off. */
  readonly attempts?: number
  /**
   * Returns the milliseconds to wait before the next attempt, given the number of failed attempts and the last error.
   * Default: exponential backoff from 300 ms, or from 3 s after a `LimitError`, each with ±25 % jitter.
   */
  readonly wait?: (failed: number, error: unknown) => number
}
/** How a client sends: the same for all of its calls. */
export type Sender = {
  /** URL of the host, without a trailing slash */
  readonly base: string
  readonly fetch: typeof fetch
  /** milliseconds per attempt */
  readonly timeoutMs: number
  readonly retry: Retry
  /** Reserves a slot for a call of `path` and returns the milliseconds until it may be sent. */
  readonly reserveSlot: (path: string) => number
}
type Fields = Readonly<Record<string, unknown>>
/** What differs from one call to the next, beside its input. `query` holds the token. */
export type Sending = { readonly query: Fields; readonly signal?: AbortSignal | undefined; readonly repeat?: boolean | undefined }

/**
 * Sends a call and returns its answer; retries where that is safe.
 * Throws a `RollcallError` when the call failed for good, the reason of the signal when it was aborted, and a `TypeError` when a field of
 * the path is missing.
 */
export async function send(sender: Sender, call: CallIdentity, spec: CallSpec, input: object, sending: Sending): Promise<Envelope> {
  const { attempts = 3, wait = backoffMs } = sender.retry
  for (let failed = 1; ; failed++) {
    const slotMs = sender.reserveSlot(call.path)
    if (slotMs > 0) await delay(slotMs, sending.signal)
    try {
      return await sendOnce(sender, call, spec, input, sending)
    } catch (error) {
      if (failed >= attempts || !mayRetry(error, spec, sending.repeat)) throw error
      await delay(wait(failed, error), sending.signal)
    }
  }
}

/**
 * Whether a failed call may be sent again. A call over the rate limit had no effect, so it always may. A call that failed because the
 * server was busy, or that got no answer, may have had an effect: only a read, or a write declared idempotent (`repeat`), is repeated.
 */
function mayRetry(error: unknown, { effect }: CallSpec, repeat = effect === 'read'): boolean {
  return error instanceof LimitError || (repeat && (error instanceof BusyError || error instanceof NoAnswerError))
}

function backoffMs(failed: number, error: unknown): number {
  const firstMs = error instanceof LimitError ? 3000 : 300
  return Math.min(60_000, firstMs * 2 ** (failed - 1)) * (0.75 + Math.random() / 2)
}

async function sendOnce(sender: Sender, call: CallIdentity, spec: CallSpec, input: object, sending: Sending): Promise<Envelope> {
  const { query, signal } = sending
  signal?.throwIfAborted()
  const { path, rest } = fillPath(spec.path, input)
  const search = new URLSearchParams()
  for (const [field, value] of Object.entries({ ...query, ...(spec.method === 'GET' && rest) }))
    if (value !== undefined && value !== null) search.set(field, String(value))
  const request = {
    method: spec.method,
    ...(spec.method === 'POST' && { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } }),
  }
  const { status, text } = await fetchText(sender, call, `${sender.base}${path}?${search}`, request, signal)
  const answer = parseObject(text)
  if (!answer || (status >= 400 && answer.errcode === undefined))
    throw new NoAnswerError(call, `HTTP ${status} without an answer of the API; is ${sender.base} the right host?`, { status })
  // WeCom has been observed to omit both errcode and errmsg from successful answers.
  if (answer.errcode) throw errorOf(call, answer.errcode, answer.errmsg ?? '', answer)
  return addMissingLists(spec.lists ?? {}, { ...answer, errcode: 0, errmsg: answer.errmsg ?? 'ok' }) as Envelope
}

/** Fetches `url`. Throws a `NoAnswerError` when the network fails or the timeout expires, and the reason of `signal` when it is aborted. */
async function fetchText(sender: Sender, call: CallIdentity, url: string, request: RequestInit, signal: AbortSignal | undefined) {
  // Not AbortSignal.timeout: its timer could not be cancelled and would go on after the answer.
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), sender.timeoutMs)
  try {
    const response = await sender.fetch(url, { ...request, signal: eitherSignal(timeout.signal, signal) })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    signal?.throwIfAborted()
    const timedOut = timeout.signal.aborted
    const message = timedOut ? `no answer within ${sender.timeoutMs / 1000} s` : `no answer: ${reasonOf(error)}`
    throw new NoAnswerError(call, message, { timedOut, cause: error })
  } finally {
    clearTimeout(timer)
    timeout.abort() // makes eitherSignal remove its listener from the caller's signal
  }
}

/**
 * Puts fields into the `{field}` places of a path template and returns the remaining fields as `rest`.
 * Drops fields that are undefined or null, because WeCom refuses a null cursor. Throws a `TypeError` if a field of the path is missing.
 */
function fillPath(template: string, input: object): { path: string; rest: Fields } {
  const rest = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined && value !== null))
  const path = template.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = rest[field]
    if (value === undefined || value === '') throw new TypeError(`${field} is missing: ${template}`)
    delete rest[field]
    return encodeURIComponent(String(value))
  })
  return { path, rest }
}

/** Returns the JSON object in `text`, or undefined if the text is anything else. */
function parseObject(text: string): (Partial<Envelope> & object) | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : undefined
  } catch {
    return undefined
  }
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  const reason = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined
  return reason ?? (error instanceof Error ? error.message : String(error))
}
