import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formPairs } from '../../src/request/form_pairs.ts'

test('a form is read as URLSearchParams reads it, the values of each name in their order', () => {
  for (const text of ['', 'a=1&b=%E4%BD%A0', 'c=2+3&d', '=e', 'f=%ff', 'a=1&a=&a=2', 'g=%', 'h=a=b'])
    assert.equal(formPairs(text).toString(), new URLSearchParams(text).toString(), text)
})

test('a form of 1 MB is parsed in linear time, and one of more than 1,000 pairs is refused', () => {
  assert.equal(formPairs(Array.from({ length: 1000 }, (_, no) => `a${no}`).join('&')).size, 1000)
  const startMs = performance.now()
  for (const text of ['a&', '&', '%', '=', 'a=b&', '+', '%zz']) {
    const long = text.repeat(1_000_000 / text.length)
    if (text.includes('&')) assert.throws(() => formPairs(long), SyntaxError)
    else formPairs(long)
  }
  assert.ok(performance.now() - startMs < 1000)
})
