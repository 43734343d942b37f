import { beginning, cursorAt, unpackCursor } from '../../cursor.ts'
import { type Living, neverHeld } from '../../living/store.ts'
import { watchingOf } from '../../register/watch_time.ts'
import type { Db } from '../../store/db.ts'
import type { StatPage } from './body.ts'
import { staysOfNextViewers, type WatchedStayRow } from './store.ts'
import type { Pages } from './unwatched.ts'

/**
 * `get_watch_stat_v2` and V1 (WeCom pages 95793 and 93741): one page of everybody who watched, expected or not. Visitors come first, since
 * their numbers are negative. An entry carries how its viewer watched.
 *
 * @throws 50100 where the cursor is damaged, or of another living or list
 */
export async function watchedPage(
  db: Db,
  { cursorKey }: Pages,
  living: Living,
  cursor: string | 0 | undefined,
  size: number,
): Promise<Omit<StatPage, 'entries'> & { entries: string[] }> {
  const after = unpackCursor(cursorKey, living, 'watched', cursor)
  const { start_time, end_time } = living
  const stays = neverHeld(living) || start_time === null ? [] : await db.all<WatchedStayRow>(staysOfNextViewers(living, after, size))
  const staysByViewer = Map.groupBy(stays, (stay) => stay.viewer_no)
  const end = stays.at(-1)?.viewer_no ?? after
  return {
    hasMore: end < (stays[0]?.last ?? beginning),
    cursor: cursorAt(cursorKey, living, 'watched', end),
    entries: [...staysByViewer.values()].flatMap((ofViewer) => {
      const watching = watchingOf(ofViewer, start_time ?? 0, end_time ?? Infinity)
      // the start or the end may have been moved since the living was read: then a stay may overlap the new times only
      return watching ? [`${ofViewer[0]?.entry},${JSON.stringify(watching).slice(1, -1)}`] : []
    }),
  }
}
