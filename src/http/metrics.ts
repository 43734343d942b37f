import { Counter, collectDefaultMetrics, Histogram, register } from '@prometheus-io/client'

/** Calls by name and errcode, and how long they took; no label ever holds an id. Counted here, and handed over when somebody asks. */
const answered = new Map<string, Map<number, number>>()
const calls = new Counter({
  name: 'rollcall_calls_total',
  help: 'Calls answered, by call and errcode',
  labelNames: ['call', 'errcode'] as const,
  collect() {
    for (const [call, byErrcode] of answered) for (const [errcode, count] of byErrcode) calls.inc({ call, errcode: String(errcode) }, count)
    answered.clear()
  },
})
const seconds = new Histogram({
  name: 'rollcall_call_seconds',
  help: 'Seconds from a request read to its answer made',
  labelNames: ['call'] as const,
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
})
let started = false

export function countCalls() {
  if (!started) collectDefaultMetrics()
  started = true
  return (call: string, errcode: number, ms: number) => {
    const byErrcode = answered.get(call) ?? new Map<number, number>()
    if (byErrcode.size === 0) answered.set(call, byErrcode)
    byErrcode.set(errcode, (byErrcode.get(errcode) ?? 0) + 1)
    seconds.observe({ call }, ms / 1000)
  }
}

export const metricsText = async () => ({ type: register.contentType, text: await register.metrics() })
