import { beginning, cursorAt, isBeginning, packCursor, unpackCursor } from '../../cursor.ts'
import { type Living, neverHeld } from '../../living/store.ts'
import { blockOf } from '../../register/block.ts'
import { repeatCache } from '../../repeat_cache.ts'
import type { Db } from '../../store/db.ts'
import { type BlockCache, blockCache } from './block_cache.ts'
import { type StatPage, unwatchedBody } from './body.ts'
import { leadingLength, linesUpTo, type Slice } from './run.ts'
import { parentsOfIdleHouseholds } from './store.ts'

export type Pages = ReturnType<typeof makePages>

const mostBytes = 32 * 2 ** 20
const mostBodies = 10_000

/** What one process needs for pages: the key that signs cursors, the cache of blocks, and that of finished bodies by their register's version. */
export const makePages = (cursorKey: Buffer, blocks: BlockCache = blockCache()) => ({
  cursorKey,
  blocks,
  bodies: repeatCache<Buffer>(mostBytes, mostBodies, (body) => body.length),
})

/** A page copied out of more runs than this has its blocks joined: where 99 % have watched it was copied out of 400, which doubled its time. */
const mostSlices = 16

/**
 * `school/living/get_unwatch_stat_v2` (WeCom page 95795): one page of those expected who have not watched, as the finished body. The page
 * is empty where the living was cancelled or has expired.
 *
 * @param cursor as it came; absent, "", 0 and "0" are the beginning
 * @param size lines of a page
 * @throws 50100 where the cursor is damaged, or of another living or list
 */
export async function unwatchedPage(
  db: Db,
  { cursorKey, blocks, bodies }: Pages,
  living: Living,
  cursor: string | 0 | undefined,
  size: number,
): Promise<Buffer> {
  // a cached body was made for this very cursor, which has been checked then
  const key = `${living.corp_no}/${living.living_no} ${cursor ?? ''} ${size}`
  const cached = bodies.get(key, living.version)
  if (cached) return cached
  const after = unpackCursor(cursorKey, living, 'unwatched', cursor)
  const { slices, end, hasMore } = await slicesAfter(db, blocks, living, after, size)
  const isSame = end === after && !isBeginning(cursor)
  const next = end === beginning ? '0' : isSame ? (cursor as string) : packCursor(cursorKey, living, 'unwatched', end)
  const body = unwatchedBody(slices, hasMore, next)
  bodies.set(key, living.version, body)
  return body
}

/** The slices of the next `size` missing lines after a viewer, and the number of the last viewer among them. */
async function slicesAfter(db: Db, cache: BlockCache, living: Living, after: number, size: number) {
  const register = await cache.registerOf(db, living)
  const blocks = neverHeld(living) ? [] : register.blocks
  const slices: Slice[] = []
  let end = after
  let left = size
  let hasMore = false
  let allCached = true
  const first = leadingLength(blocks.length, (index) => (blocks[index]?.block as number) < blockOf(after))
  let index = first
  for (; index < blocks.length && !hasMore; index++) {
    const cached = blocks[index]?.slice
    allCached &&= cached !== undefined
    const slice = cached ?? (await cache.read(db, living, register, blocks, index, size))
    const { run } = slice
    const from = index === first ? Math.min(Math.max(slice.from, linesUpTo(run, after)), slice.to) : slice.from
    const to = Math.min(slice.to, from + left)
    hasMore = to < slice.to
    if (to === from) continue
    left -= to - from
    end = run.viewer_nos[to - 1] as number
    const last = slices.at(-1)
    if (last?.run === run && last.to === from) slices[slices.length - 1] = { ...last, to }
    else slices.push({ run, from, to })
  }
  if (allCached && slices.length > mostSlices) cache.join(blocks.slice(first, index), slices)
  return { slices, end, hasMore }
}

/**
 * `school/living/get_unwatch_stat` (V1, WeCom page 93742): one page of the parents who follow the notices and of whose household nobody
 * has watched. Not cached: new apps use V2.
 */
export async function unwatchedHouseholds(
  db: Db,
  { cursorKey }: Pages,
  living: Living,
  cursor: string | 0 | undefined,
  size: number,
): Promise<StatPage> {
  const after = unpackCursor(cursorKey, living, 'families', cursor)
  const found = neverHeld(living)
    ? []
    : await db.all<{ viewer_no: number; entry: string }>(parentsOfIdleHouseholds(living, after, size + 1))
  const lines = found.slice(0, size)
  return {
    hasMore: found.length > size,
    cursor: cursorAt(cursorKey, living, 'families', lines.at(-1)?.viewer_no ?? after),
    entries: { students: lines.map((line) => line.entry) },
  }
}
