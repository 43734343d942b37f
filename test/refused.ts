import assert from 'node:assert/strict'
import { RollcallError } from '../src/client/client.ts'

/** The call is answered with this errcode, and the message says this; gives back the whole answer. */
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
