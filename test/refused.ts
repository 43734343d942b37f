import assert from 'node:assert/strict'
import { RollcallError } from '../src/client/client.ts'

/** Asserts that a call is refused with this errcode and an errmsg that matches `says`. Returns the whole answer. */
export async function refused<Answer = unknown>(call: Promise<unknown>, errcode: number, says: RegExp = /./): Promise<Answer> {
  const error = await call.then(
    () => assert.fail(`expected errcode ${errcode}, but the call succeeded`),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof RollcallError, String(error))
  assert.equal(error.errcode, errcode, error.errmsg)
  assert.match(error.errmsg, says)
  return error.answer as Answer
}
