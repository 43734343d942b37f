import type { Endpoint, Input, Output } from '../wire/endpoint.ts'
import type { Envelope } from './send.ts'

/** What a client must know of a call when it runs. */
export type Route = Readonly<Pick<Endpoint, 'method' | 'path' | 'doc' | 'needs' | 'effect'>> & { readonly lists?: Lists }
/** Where an answer has lists: in a field, in an object's, in each element of a list; `name?` where the field itself may be absent. */
export type Lists = { readonly [field: string]: Lists | readonly [Lists] }

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
