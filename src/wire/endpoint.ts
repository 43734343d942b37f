import type { Static, TObject } from 'typebox'

/**
 * Who may call, by what the call touches. `nobody` needs no token, `suite` a provider's (`suite_access_token`).
 * Which grants satisfy it for each kind of app: `access/grants.ts`, after the permission tables of pages 95795, 93739, 91638.
 */
export type Need = 'nobody' | 'suite' | 'living_stat' | 'living' | 'contacts_read' | 'contacts_edit'

/** One call of the contract: data only. `doc` is the official page's number; none for a call that is ours. */
export type Endpoint<I extends TObject = TObject, O extends TObject = TObject> = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly doc?: number
  readonly title: string
  readonly needs: Need
  /** Whether a client may repeat it without asking. */
  readonly effect: 'read' | 'write'
  /** `errmsg` of a success; "ok" unless said. */
  readonly done?: 'created' | 'updated' | 'deleted'
  readonly input: I
  readonly output: O
}

export const endpoint = <I extends TObject, O extends TObject>(declaration: Endpoint<I, O>): Endpoint<I, O> => declaration

export type Input<E> = E extends Endpoint<infer I, TObject> ? Static<I> : never
export type Output<E> = E extends Endpoint<TObject, infer O> ? Static<O> : never
