import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eitherSignal } from '../../src/client/signals.ts'

for (const has of [true, false])
  test(`the combined signal aborts with the first of its two signals, ${has ? 'with' : 'without'} AbortSignal.any of the runtime`, (t) => {
    if (!has) {
      const any = AbortSignal.any
      Object.assign(AbortSignal, { any: undefined })
      t.after(() => Object.assign(AbortSignal, { any }))
    }
    for (const which of [0, 1] as const) {
      const stops = [new AbortController(), new AbortController()] as const
      const signal = eitherSignal(stops[0].signal, stops[1].signal)
      assert.equal(signal.aborted, false)
      stops[which].abort(new Error('enough'))
      assert.equal(signal.reason.message, 'enough')
      stops[1 - which]?.abort(new Error('later'))
      assert.equal(signal.reason.message, 'enough', 'the first one is the reason')
      assert.equal(eitherSignal(stops[0].signal, stops[1].signal).aborted, true)
    }
    const alone = new AbortController().signal
    assert.equal(eitherSignal(alone, undefined), alone)
    assert.equal(eitherSignal(undefined, undefined), undefined)
  })
