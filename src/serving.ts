import { sharedKey } from './access/apps.ts'
import { keptPages } from './attendance/pages/unwatched.ts'
import type { Serving } from './call.ts'
import { knownViewers } from './roster/viewers.ts'
import type { Db } from './store/db.ts'

/** What a server needs on an open database. */
export const serving = async (
  db: Db,
  { demo, pageSize, endGrace, publishStarts = true }: Pick<Serving, 'demo' | 'pageSize' | 'endGrace'> & { publishStarts?: boolean },
): Promise<Serving> => ({
  db,
  demo,
  pageSize,
  endGrace,
  publishStarts,
  pages: keptPages(await sharedKey(db, 'cursor_key')),
  viewers: knownViewers(),
})
