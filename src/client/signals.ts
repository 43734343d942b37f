/** Ends when either does. Edge runtimes and Node before 20.3 have no `AbortSignal.any`. */
export function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal
export function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined
export function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  if (!one || !other) return one ?? other
  if (typeof AbortSignal.any === 'function') return AbortSignal.any([one, other])
  const ended = new AbortController()
  for (const signal of [one, other]) {
    if (signal.aborted) ended.abort(signal.reason)
    else signal.addEventListener('abort', () => ended.abort(signal.reason), { once: true, signal: ended.signal })
  }
  return ended.signal
}
