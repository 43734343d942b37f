import type { Endpoint, Input, Output } from '../wire/endpoint.ts'

/** The two fields that every answer of the API has. */
export type Envelope = { errcode: number; errmsg: string }

/**
 * What the client knows of a call at run time. The generated src/client/table.ts has one entry per call.
 * `doc` is the number of the official page. `effect: 'read'` means that the call may be repeated safely.
 */
export type CallSpec = Readonly<Pick<Endpoint, 'method' | 'path' | 'doc' | 'needs' | 'effect'>> & { readonly lists?: ListFields }

/**
 * Says which fields of an answer are arrays. It has the shape of the answer: `{ students: [{ parents: [{}] }] }` means that the answer has an
 * array `students`, and each element of it an array `parents`. A field name that ends in `?` is optional in the answer.
 */
export type ListFields = { readonly [field: string]: ListFields | readonly [ListFields] }

/** Options of a single call. */
export type CallOptions = {
  /** Aborts this call. */
  readonly signal?: AbortSignal
  /** `true` declares a write idempotent: it is then retried in the same cases as a read. */
  readonly repeat?: boolean
  /** Required by the provider's calls (`service/*`) and ignored by all others. `getSuiteToken` returns it. */
  readonly suite_access_token?: string
}

/** The method type of a call. The input may be omitted if no field of it is required. */
export type Call<E> =
  Partial<Input<E>> extends Input<E>
    ? (input?: Input<E>, options?: CallOptions) => Promise<Envelope & Output<E>>
    : (input: Input<E>, options?: CallOptions) => Promise<Envelope & Output<E>>

/** One method for each endpoint of `Declared`, under the same name. */
export type Calls<Declared> = { readonly [Name in keyof Declared]: Declared[Name] extends Endpoint ? Call<Declared[Name]> : never }
