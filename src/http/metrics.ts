import { Counter, collectDefaultMetrics, Histogram, register } from '@prometheus-io/client'

/** Calls by name and errcode, and how long they took; no label ever holds an id. */
const calls = new Counter({
  name: 'rollcall_calls_total',
  help: 'Calls answered, by call and errcode',
  labelNames: ['call', 'errcode'] as const,
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
    calls.inc({ call, errcode: String(errcode) })
    seconds.observe({ call }, ms / 1000)
  }
}

export const metricsText = async () => ({ type: register.contentType, text: await register.metrics() })
