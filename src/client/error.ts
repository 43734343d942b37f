import { meaningOf } from './meanings.ts'

/** Identifies a call in errors: the client's name of the call, its path, and the number of its official page (if it has one). */
export type CallIdentity = { readonly name: string; readonly path: string; readonly doc?: number | undefined }

/**
 * A failed call: which call, its errcode, the official meaning of the errcode, and what to do about it.
 * The subclass says which kind of failure it is. No error contains a secret or a token.
 */
export class RollcallError extends Error {
  /** the client's name of the call, such as `getUnwatchStatV2` */
  readonly call: string
  readonly path: string
  /** URL of the official page; undefined for Rollcall's own calls */
  readonly page: string | undefined
  /** 0 if no answer came */
  readonly errcode: number
  /** as answered. WeCom appends `…, hint: […], from ip: …, more info at …` to it. */
  readonly errmsg: string
  /** the official text of the errcode */
  readonly meaning: string
  /** what to do about the failure */
  readonly hint: string
  /** the caller's IP address as WeCom saw it: the address to add to the trusted IPs when the errcode is 60020 */
  readonly ip: string | undefined
  /** the whole answer; undefined if none came */
  readonly answer: object | undefined

  constructor(call: CallIdentity, errcode: number, errmsg: string, answer?: object, options?: ErrorOptions) {
    const { meaning, hint } = meaningOf(errcode)
    super(messageOf(call.name, errcode, errmsg, meaning, hint), options)
    this.name = new.target.name
    this.call = call.name
    this.path = call.path
    this.page = call.doc === undefined ? undefined : `https://developer.work.weixin.qq.com/document/path/${call.doc}`
    this.errcode = errcode
    this.errmsg = errmsg
    this.meaning = meaning
    this.hint = hint
    this.ip = /from ip: ([\da-fA-F.:]+)/.exec(errmsg)?.[1]
    this.answer = answer
  }
}

/** The server refuses the secret, corpid or token, and a new token does not help: 40001, 40013, 40014, 42001 … */
export class CredentialError extends RollcallError {}
/** The app has no permission for the call: 48002, 60011, 60020, 92008 … An administrator of the school can grant it. */
export class PermissionError extends RollcallError {}
/** The rate limit (45009) or the concurrency limit (45033) is exceeded. */
export class LimitError extends RollcallError {}
/** The server is busy or has an internal error: −1. */
export class BusyError extends RollcallError {}
/** The network failed, the timeout expired, or the answer was not JSON. A write may or may not have taken effect. */
export class NoAnswerError extends RollcallError {
  readonly timedOut: boolean
  /** HTTP status, if something came that was not an answer of the API */
  readonly status: number | undefined
  constructor(call: CallIdentity, message: string, { timedOut = false, status, cause }: NoAnswerDetails) {
    super(call, 0, message, undefined, { cause })
    this.timedOut = timedOut
    this.status = status
  }
}
type NoAnswerDetails = { timedOut?: boolean; status?: number; cause?: unknown }
/** The server says that more pages follow, but returns no new cursor. */
export class PageError extends RollcallError {}

const credentialCodes = new Set([40001, 40013, 40014, 40080, 40082, 40083, 40084, 40085, 40091, 41001, 42001, 42009])
const permissionCodes = new Set([
  48002, 48004, 48005, 48006, 50003, 50006, 60011, 60020, 60021, 60030, 60031, 65022, 65023, 65024, 92000, 92001, 92002, 92003, 92008,
  301002,
])

/** Returns the error for an answer whose `errcode` is not 0: an instance of the subclass that belongs to the errcode. */
export function errorOf(call: CallIdentity, errcode: number, errmsg: string, answer: object): RollcallError {
  if (credentialCodes.has(errcode)) return new CredentialError(call, errcode, errmsg, answer)
  if (permissionCodes.has(errcode)) return new PermissionError(call, errcode, errmsg, answer)
  if (errcode === 45009 || errcode === 45033) return new LimitError(call, errcode, errmsg, answer)
  if (errcode === -1) return new BusyError(call, errcode, errmsg, answer)
  return new RollcallError(call, errcode, errmsg, answer)
}

/**
 * Whether a call failed because of its token, so that it is worth one more attempt with a new token. WeCom has been observed to answer 40014
 * as well as 42001 for an expired token, and 40001 for a token of a rotated secret.
 */
export const isTokenRefused = (error: unknown): error is RollcallError =>
  error instanceof RollcallError && [40014, 42001, 40001].includes(error.errcode)

/** The message of an error: one line, without the text that WeCom appends to `errmsg`. */
function messageOf(call: string, errcode: number, errmsg: string, meaning: string, hint: string): string {
  const bareErrmsg = errmsg.replace(/, hint: \[.*$/s, '')
  const code = errcode === 0 ? '' : `${errcode}${meaning && ` ${meaning}`}: `
  return `${call}: ${code}${bareErrmsg}${hint && `. ${hint}`}`
}
