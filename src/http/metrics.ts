import { Counter, collectDefaultMetrics, Histogram, register } from '@prometheus-io/client'

/** Metrics of calls, by name and errcode. No label ever holds an id. */
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

let isCollecting = false

/** Starts collecting the process's default metrics, once a process. Returns a function that counts a call and the milliseconds it took. */
export function countCalls() {
  if (!isCollecting) collectDefaultMetrics()
  isCollecting = true
  return (call: string, errcode: number, ms: number): void => {
    calls.inc({ call, errcode: String(errcode) })
    seconds.observe({ call }, ms / 1000)
  }
}

/** All metrics in Prometheus' text format, and its content type. */
export const metricsText = async () => ({ type: register.contentType, text: await register.metrics() })
