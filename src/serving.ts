import { sharedKey } from './access/apps.ts'
import { makePages, type Pages } from './attendance/pages/unwatched.ts'
import { type TickedCache, tickedCache } from './attendance/presence/ticked_cache.ts'
import { type LinkReader, linkReader } from './hooks/link_token.ts'
import { publishNameIfAsked } from './hooks/publish_key.ts'
import type { Living } from './living/store.ts'
import { type ViewerLookup, viewerLookup } from './roster/viewers.ts'
import type { Db } from './store/db.ts'
import type { Secrets } from './store/secrets.ts'

/** What a server has, whichever call comes: its database, its settings, and the caches of this process. */
export type Serving = {
  readonly db: Db
  readonly secrets: Secrets
  /** whether the demo school may be used */
  readonly demo: boolean
  /** lines of a page */
  readonly pageSize: number
  /** seconds after its planned end at which a living ends or expires by itself */
  readonly endGrace: number
  /** whether a stream that begins starts its living, and a stream that stays away ends it */
  readonly publishStarts: boolean
  /** seconds before the planned start from which on a stream that begins starts its living */
  readonly publishEarly: number
  /** whether presence starts a living that nobody has started */
  readonly presenceStarts: boolean
  /** how many parents a school may have through the calls that create one; 0 for any number */
  readonly parentCapacity: number
  readonly pages: Pages
  readonly viewers: ViewerLookup
  readonly ticked: TickedCache
  readonly readLink: LinkReader
  /** the name and the key that a teacher publishes a living under; undefined where no streaming server asks for the key */
  readonly publishNameOf: (living: Living) => Promise<string | undefined>
}

/** What a server needs on an open database. */
export const serving = async (
  db: Db,
  secrets: Secrets,
  {
    demo,
    pageSize,
    endGrace,
    publishStarts = true,
    publishEarly = 900,
    presenceStarts = true,
    parentCapacity = 0,
  }: Pick<Serving, 'demo' | 'pageSize' | 'endGrace'> &
    Partial<Pick<Serving, 'publishStarts' | 'publishEarly' | 'presenceStarts' | 'parentCapacity'>>,
): Promise<Serving> => ({
  db,
  secrets,
  demo,
  pageSize,
  endGrace,
  publishStarts,
  publishEarly,
  presenceStarts,
  parentCapacity,
  pages: makePages(await sharedKey(db, secrets, 'cursor_key')),
  viewers: viewerLookup(),
  ticked: tickedCache(),
  readLink: linkReader(secrets),
  publishNameOf: (living) => publishNameIfAsked({ db, secrets }, living),
})
