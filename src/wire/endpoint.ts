import type { Static, TObject } from 'typebox'

/**
 * Who may call, by what the call touches. `nobody` needs no token, `suite` a provider's (`suite_access_token`). Which grants an app needs
 * for the others: `access/grants.ts`, after the permission tables of WeCom pages 95795, 93739 and 91638.
 */
export type Need = 'nobody' | 'suite' | 'living_stat' | 'living' | 'contacts_read' | 'contacts_edit'

/** One call of the contract, as data. `doc` is the number of its WeCom page; a call of ours has none. */
export type Endpoint<I extends TObject = TObject, O extends TObject = TObject, N extends Need = Need> = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly doc?: number
  readonly title: string
  readonly needs: N
  /** whether a client may repeat the call without asking: a read it may */
  readonly effect: 'read' | 'write'
  /** `errmsg` of a success; "ok" by default */
  readonly done?: 'created' | 'updated' | 'deleted'
  /** whether the body of a success has neither errcode nor errmsg, which WeCom page 90313 allows: then their absence means success */
  readonly isBareOnSuccess?: true
  /** what WeCom's call does and Rollcall's does not, for COVERAGE.md; absent for a call that is whole */
  readonly partial?: string
  readonly input: I
  readonly output: O
}

export const endpoint = <I extends TObject, O extends TObject, const N extends Need>(declaration: Endpoint<I, O, N>): Endpoint<I, O, N> =>
  declaration

export type Input<E> = E extends Endpoint<infer I, TObject> ? Static<I> : never
export type Output<E> = E extends Endpoint<TObject, infer O> ? Static<O> : never
