import type { Suite } from './access/suite_token.ts'
import type { App } from './access/token.ts'
import type { Pages } from './attendance/pages/unwatched.ts'
import type { KnownViewers } from './roster/viewers.ts'
import type { Db } from './store/db.ts'
import type { Input, Output } from './wire/endpoint.ts'
import type { Table } from './wire/table.ts'

/** What a server has, whichever call comes. */
export type Serving = {
  readonly db: Db
  readonly demo: boolean
  readonly pageSize: number
  readonly endGrace: number
  /** whether a stream that begins starts its lesson, and one that is gone ends it */
  readonly publishStarts: boolean
  /** What this process remembers of pages and of who is who; both can be forgotten at any time. */
  readonly pages: Pages
  readonly viewers: KnownViewers
}

/** What a route is given. */
export type Call<Name extends keyof Table> = Serving & {
  readonly app: App
  /** of a call that needs one, in place of the app */
  readonly suite: Suite
  readonly input: Input<Table[Name]>
  /** unix seconds */
  readonly now: number
}

/** A route answers the call's output, or the finished body as bytes. */
export type Routes = { readonly [Name in keyof Table]: (call: Call<Name>) => Promise<Output<Table[Name]> | Buffer> }
