import { LRUCache } from 'lru-cache'
import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import { readRoll } from './read.ts'
import type { Roll, RollOutline } from './roll.ts'
import { lettersText } from './store.ts'

export type RollCache = ReturnType<typeof rollCache>
type Cached = { version: number; entry_version: number; roll: Promise<Roll>; lines: number }

/**
 * The rolls one process has read. The outline is valid for one entry version of the register, the letters for one version.
 *
 * @param mostLines in all rolls; the least recently used are evicted
 * @returns a function that answers the roll of a living
 */
export function rollCache(mostLines = 600_000) {
  const cache = new LRUCache<string, Cached>({ maxSize: mostLines, sizeCalculation: ({ lines }) => lines + 1 })

  return async (db: Db, living: Living): Promise<Roll> => {
    const key = `${living.corp_no}/${living.living_no}/${living.livingid}`
    const { version, entry_version } = living
    const cached = cache.get(key)
    if (cached?.version === version && cached.entry_version === entry_version) return cached.roll
    const outline = cached?.entry_version === entry_version ? await cached.roll.catch(() => undefined) : undefined
    const reading = { version, entry_version, roll: readAgain(db, living, outline), lines: cached?.lines ?? 0 }
    cache.set(key, reading)
    try {
      const roll = await reading.roll
      // its size is known now
      if (cache.peek(key) === reading) cache.set(key, { ...reading, lines: roll.letters.length })
      return roll
    } catch (error) {
      if (cache.peek(key) === reading) cache.delete(key)
      throw error
    }
  }
}

/** Reads the letters alone where the outline is still valid, which takes a third of the time. */
async function readAgain(db: Db, living: Living, outline: RollOutline | undefined): Promise<Roll> {
  if (!outline) return readRoll(db, living)
  const [row] = await db.all<{ letters: string | null }>(lettersText(living))
  const letters = row?.letters ?? ''
  // lines of outsiders and visitors may have been added; whoever deletes a line bumps the entry version (register/moves.ts)
  return letters.length === outline.viewer_nos.length ? { ...outline, letters } : readRoll(db, living)
}
