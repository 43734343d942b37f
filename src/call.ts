import type { Suite } from './access/suite_token.ts'
import type { App } from './access/token.ts'
import type { Serving } from './serving.ts'
import type { Input, Output } from './wire/endpoint.ts'
import type { Table } from './wire/table.ts'

/** Who calls, by what the call needs: nobody in particular, a suite (`suite_access_token`), or an app (`access_token`). */
type Caller<Needs> = Needs extends 'nobody' ? object : Needs extends 'suite' ? { readonly suite: Suite } : { readonly app: App }

/** What a route is given: the checked input of its call, who calls, and what the server has. */
export type Call<Name extends keyof Table> = Serving &
  Caller<Table[Name]['needs']> & {
    readonly input: Input<Table[Name]>
    /** unix seconds */
    readonly now: number
  }

/** A route answers the output of its call, or the finished body as bytes. */
export type Routes = { readonly [Name in keyof Table]: (call: Call<Name>) => Promise<Output<Table[Name]> | Buffer> }
