/**
 * Returns a signal that is aborted as soon as either of the two is, with the reason of the first. If one of them is missing, returns the
 * other. Edge runtimes and Node before 20.3 have no `AbortSignal.any`, so there is a fallback.
 */
export function eitherSignal(first: AbortSignal, second: AbortSignal | undefined): AbortSignal
export function eitherSignal(first: AbortSignal | undefined, second: AbortSignal | undefined): AbortSignal | undefined
export function eitherSignal(first: AbortSignal | undefined, second: AbortSignal | undefined): AbortSignal | undefined {
  if (!first || !second) return first ?? second
  if (typeof AbortSignal.any === 'function') return AbortSignal.any([first, second])
  const controller = new AbortController()
  for (const signal of [first, second]) {
    if (signal.aborted) controller.abort(signal.reason)
    else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true, signal: controller.signal })
  }
  return controller.signal
}

/** Waits `delayMs` milliseconds. Rejects with the reason of `signal` when it is aborted meanwhile. */
export function delay(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * Waits for `shared`, a promise that several callers wait for. When `signal` is aborted, only this caller's wait is rejected (with the
 * signal's reason); the shared work goes on for the others.
 */
export function waitUnlessAborted<T>(signal: AbortSignal | undefined, shared: Promise<T>): Promise<T> {
  if (!signal) return shared
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
