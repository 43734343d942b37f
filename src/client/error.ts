import { meaningOf } from './meanings.ts'

/** The call that failed: its name here, its path, its official page. */
export type Called = { readonly name: string; readonly path: string; readonly doc?: number | undefined }

/**
 * A call failed: which, with what errcode, what that officially means, and what to do about it.
 * The subclasses say what kind of failure it is; no error carries a secret or a token.
 */
export class RollcallError extends Error {
  /** the client's name of the call, such as `getUnwatchStatV2` */
  readonly call: string
  readonly path: string
  /** the official page of the call; none for a call of Rollcall's own */
  readonly page: string | undefined
  /** 0 where no answer came */
  readonly errcode: number
  /** as answered, with WeCom's decoration: `…, hint: […], from ip: …, more info at …` */
  readonly errmsg: string
  /** the official text of the errcode */
  readonly meaning: string
  /** how to mend it */
  readonly hint: string
  /** the address WeCom saw the call come from: what 60020 wants among the trusted IPs */
  readonly ip: string | undefined
  /** the whole answer; `undefined` where none came */
  readonly answer: object | undefined

  constructor(called: Called, errcode: number, errmsg: string, answer?: object, options?: ErrorOptions) {
    const { meaning, hint } = meaningOf(errcode)
    super(sentence(called.name, errcode, errmsg, meaning, hint), options)
    this.name = new.target.name
    this.call = called.name
    this.path = called.path
    this.page = called.doc === undefined ? undefined : `https://developer.work.weixin.qq.com/document/path/${called.doc}`
    this.errcode = errcode
    this.errmsg = errmsg
    this.meaning = meaning
    this.hint = hint
    this.ip = /from ip: ([\da-fA-F.:]+)/.exec(errmsg)?.[1]
    this.answer = answer
  }
}

/** Secret, corpid or token are not accepted, and a new token does not help: 40001, 40013, 40014, 42001 … */
export class CredentialError extends RollcallError {}
/** The app may not: 48002, 60011, 60020, 92008 … An administrator can mend it. */
export class PermissionError extends RollcallError {}
/** Too many calls, or too many at once: 45009, 45033. */
export class LimitError extends RollcallError {}
/** The server is at fault or busy: −1. */
export class BusyError extends RollcallError {}
/** No answer came: the network failed, the time was up, or what came was no JSON. A write may or may not have been done. */
export class NoAnswerError extends RollcallError {
  readonly timedOut: boolean
  /** of HTTP, where something came that was no answer of the API */
  readonly status: number | undefined
  constructor(called: Called, says: string, { timedOut = false, status, cause }: { timedOut?: boolean; status?: number; cause?: unknown }) {
    super(called, 0, says, undefined, { cause })
    this.timedOut = timedOut
    this.status = status
  }
}
/** The server says that more follows, and gives no way on. */
export class PageError extends RollcallError {}

const credentials = new Set([40001, 40013, 40014, 40080, 40082, 40083, 40084, 40085, 40091, 41001, 42001, 42009])
const permissions = new Set([
  48002, 48004, 48005, 48006, 50003, 50006, 60011, 60020, 60021, 60030, 60031, 65022, 65023, 65024, 92000, 92001, 92002, 92003, 92008,
  301002,
])

export function errorOf(called: Called, errcode: number, errmsg: string, answer: object): RollcallError {
  if (credentials.has(errcode)) return new CredentialError(called, errcode, errmsg, answer)
  if (permissions.has(errcode)) return new PermissionError(called, errcode, errmsg, answer)
  if (errcode === 45009 || errcode === 45033) return new LimitError(called, errcode, errmsg, answer)
  if (errcode === -1) return new BusyError(called, errcode, errmsg, answer)
  return new RollcallError(called, errcode, errmsg, answer)
}

/** An expired token has been seen to come as 40014 as well as 42001, one of a rotated secret as 40001: a new one is tried, once. */
export const isTokenDead = (error: unknown): error is RollcallError =>
  error instanceof RollcallError && [40014, 42001, 40001].includes(error.errcode)

function sentence(call: string, errcode: number, errmsg: string, meaning: string, hint: string): string {
  const bare = errmsg.replace(/, hint: \[.*$/s, '')
  const code = errcode === 0 ? '' : `${errcode}${meaning && ` ${meaning}`}: `
  return `${call}: ${code}${bare}${hint && `. ${hint}`}`
}
