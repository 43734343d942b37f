import type { Endpoint, Input, Output } from '../wire/endpoint.ts'
import type { Envelope } from './send.ts'

export type CallOptions = {
  readonly signal?: AbortSignal
  /** A write that may safely be done twice: tried again where a read would be. */
  readonly repeat?: boolean
  /** for the provider's calls (`service/*`) alone, which need one; `getSuiteToken` gives it */
  readonly suite_access_token?: string
}

/** A call as a method; one without a required field may be called with nothing. */
export type Call<E> =
  Partial<Input<E>> extends Input<E>
    ? (input?: Input<E>, options?: CallOptions) => Promise<Envelope & Output<E>>
    : (input: Input<E>, options?: CallOptions) => Promise<Envelope & Output<E>>

export type Calls<Declared> = { readonly [Name in keyof Declared]: Declared[Name] extends Endpoint ? Call<Declared[Name]> : never }
