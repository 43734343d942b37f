import { errcodes } from '../wire/errcode.ts'

/** An answer with an errcode: the call, the code, what it officially means, and what to do. `answer` is the whole body. */
export class RollcallError extends Error {
  readonly path: string
  readonly errcode: number
  readonly errmsg: string
  readonly meaning: string
  readonly hint: string
  readonly answer: object | undefined

  constructor(path: string, errcode: number, errmsg: string, answer?: object) {
    super(`${path}: ${errcode} ${errmsg}`)
    this.name = 'RollcallError'
    const known = Object.values(errcodes).find((each) => each.errcode === errcode)
    this.path = path
    this.errcode = errcode
    this.errmsg = errmsg
    this.meaning = known?.meaning ?? ''
    this.hint = known?.hint ?? ''
    this.answer = answer
  }

  /** 40014 and 42001 both mean that a new token is needed; an expired one has been seen to come as either. */
  get isTokenDead(): boolean {
    return this.errcode === 40014 || this.errcode === 42001
  }
}
