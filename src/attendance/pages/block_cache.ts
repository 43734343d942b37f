import { LRUCache } from 'lru-cache'
import type { Living } from '../../living/store.ts'
import { blockOf, blockSize } from '../../register/block.ts'
import type { Db } from '../../store/db.ts'
import { joinedRun, type Line, type Run, runOf, type Slice, sliceBytes } from './run.ts'
import { blocksMovedSince, missingOfBlocks } from './store.ts'

/** A block of a cached register. `slice`: its missing lines, in a run it may share with its neighbours; undefined where they are not cached. */
export type CachedBlock = { readonly block: number; version: number; slice: Slice | undefined }

/** `blocks` is replaced, never changed, since a page may be in the middle of it; the blocks themselves are shared. */
type CachedRegister = { readonly key: string; version: number; blocks: readonly CachedBlock[]; bytes: number }

export type BlockCache = ReturnType<typeof blockCache>

/**
 * The missing lines of registers, cached by block. Every call reads the register's version together with the living; where it has moved,
 * the versions of the blocks that moved since are read, and those blocks alone are invalidated. So whatever another process has
 * acknowledged is seen, and a tick costs the next page one block.
 *
 * @param mostBytes of serialised lines; the least recently used registers are evicted
 */
export function blockCache(mostBytes = 128 * 2 ** 20) {
  // the value is a new object whenever the size has changed: LRUCache takes no new size for a value it already holds
  const cache = new LRUCache<string, { register: CachedRegister }>({
    maxSize: mostBytes,
    sizeCalculation: ({ register }) => register.bytes + 1,
  })

  /** The register with the versions of its blocks at least as new as the living that the call has read. */
  async function registerOf(db: Db, living: Living): Promise<CachedRegister> {
    const key = `${living.corp_no}/${living.living_no}`
    const cached = cache.get(key)
    const register: CachedRegister = cached?.register ?? { key, version: -1, blocks: [], bytes: 0 }
    if (!cached) cache.set(key, { register })
    if (register.version < living.version) invalidate(register, living.version, await movedBlocks(db, living, register.version))
    return register
  }

  /**
   * Reads the block at `index` of `blocks`, and with it those that follow and are not cached either, up to some more lines than a page has.
   *
   * @returns the slice of the first of them
   */
  async function read(
    db: Db,
    living: Living,
    register: CachedRegister,
    blocks: readonly CachedBlock[],
    index: number,
    pageSize: number,
  ): Promise<Slice> {
    const { version } = register
    let end = index + 1
    while (end < blocks.length && !blocks[end]?.slice) end++
    const asked = blocks.slice(index, end)
    const limit = pageSize + blockSize
    const lines = await missingLines(db, living, (asked[0] as CachedBlock).block, (asked.at(-1) as CachedBlock).block, limit)
    // where the limit cut lines off, the last block read may be incomplete
    const incomplete = lines.length < limit ? Infinity : blockOf((lines.at(-1) as Line).viewer_no)
    const slices = slicesByBlock(
      runOf(lines),
      asked.filter(({ block }) => block < incomplete),
    )
    for (const [cached, slice] of slices) {
      // a block invalidated while it was read serves this page and no other
      if (cached.slice || cached.version > version) continue
      cached.slice = slice
      register.bytes += sliceBytes(slice)
    }
    if (cache.peek(register.key)?.register === register) cache.set(register.key, { register })
    return slices.get(asked[0] as CachedBlock) as Slice
  }

  /** Makes these blocks share one run. Where few are missing a page is copied out of so many runs that joining them once is cheaper. */
  function join(blocks: readonly CachedBlock[], slices: readonly Slice[]): void {
    for (const [cached, slice] of slicesByBlock(joinedRun(slices), blocks))
      if (cached.slice && cached.slice.to - cached.slice.from === slice.to - slice.from) cached.slice = slice
  }

  return { registerOf, read, join }
}

/** Takes over a newer version of a register, and drops the slices of the blocks that have moved. */
function invalidate(register: CachedRegister, version: number, moved: readonly (readonly [block: number, version: number])[]): void {
  const blocks = new Map(moved.length ? register.blocks.map((cached) => [cached.block, cached]) : [])
  // versions become visible in order: whoever has seen one has seen those before it
  let newest = Math.max(register.version, version)
  for (const [block, version] of moved) {
    newest = Math.max(newest, version)
    const cached = blocks.get(block)
    if (!cached) blocks.set(block, { block, version, slice: undefined })
    else if (cached.version < version) {
      register.bytes -= cached.slice ? sliceBytes(cached.slice) : 0
      cached.slice = undefined
      cached.version = version
    }
  }
  if (blocks.size > register.blocks.length) register.blocks = [...blocks.values()].sort((a, b) => a.block - b.block)
  register.version = newest
}

/** The slice of each of these blocks in a run. */
function slicesByBlock(run: Run, blocks: readonly CachedBlock[]): Map<CachedBlock, Slice> {
  let at = 0
  const blockAt = (index: number) => blockOf(run.viewer_nos[index] as number)
  return new Map(
    blocks.map((cached) => {
      // skips lines of a block that was made since: the next page knows of it
      while (at < run.viewer_nos.length && blockAt(at) < cached.block) at++
      const from = at
      while (at < run.viewer_nos.length && blockAt(at) === cached.block) at++
      return [cached, { run, from, to: at }]
    }),
  )
}

async function movedBlocks(db: Db, living: Living, version: number): Promise<[block: number, version: number][]> {
  const [row] = await db.all<{ blocks: string | null }>(blocksMovedSince(living, version))
  return row?.blocks ? JSON.parse(`[${row.blocks}]`) : []
}

async function missingLines(db: Db, living: Living, firstBlock: number, lastBlock: number, limit: number): Promise<Line[]> {
  const [row] = await db.all<{ viewer_nos: string | null; entries: string }>(missingOfBlocks(living, firstBlock, lastBlock, limit))
  if (!row?.viewer_nos) return []
  const entries = row.entries.split('\n')
  return (JSON.parse(`[${row.viewer_nos}]`) as number[]).map((viewer_no, index) => ({ viewer_no, entry: entries[index] as string }))
}
