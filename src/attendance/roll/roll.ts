import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import { sql } from '../../store/sql.ts'
import { readRoll } from './read.ts'
import { statesText } from './store.ts'

/**
 * A register at a glance: of each line its number, whose it is, its classes and a letter for its state, and no text besides.
 * 90,000 lines are some 40 ms to read again and 120 the first time, where the report makes an object of every line in a second.
 */
export type Roll = Outline & {
  /**
   * A letter a line: m missing, w watched, s too short for the minimum looked at, e excused, n not subscribed, o not in range, v visitor;
   * E, N and O watched all the same.
   */
  readonly states: string
}

/** What stays while nobody's ids and classes change. */
type Outline = {
  readonly viewer_nos: Float64Array
  readonly isParent: Uint8Array
  /** index of the student in `students`, -1 for a visitor */
  readonly family: Int32Array
  readonly students: readonly string[]
  /** index of the classes in `classSets` */
  readonly classSet: Int32Array
  readonly classSets: readonly (readonly number[])[]
}

export type Rolls = ReturnType<typeof keptRolls>

/** The rolls one process remembers: an outline is good while its entry version stands still, its states while the version does. */
export function keptRolls(mostLines = 600_000) {
  const kept = new Map<string, { version: number; entry_version: number; roll: Promise<Roll> }>()
  return async (db: Db, living: Living): Promise<Roll> => {
    const key = `${living.corp_no}/${living.living_no}/${living.livingid}`
    const known = kept.get(key)
    if (known?.version === living.version && known.entry_version === living.entry_version) return known.roll
    const before = known?.entry_version === living.entry_version ? await known.roll.catch(() => undefined) : undefined
    const roll = renewed(db, living, before)
    kept.delete(key)
    kept.set(key, { version: living.version, entry_version: living.entry_version, roll })
    roll.catch(() => kept.delete(key))
    let lines = 0
    for (const [oldest, { roll: old }] of [...kept].reverse()) {
      lines += (await old.catch(() => undefined))?.states.length ?? 0
      if (lines > mostLines && oldest !== key) kept.delete(oldest)
    }
    return roll
  }
}

/** The states alone where the outline stands: half the time. */
async function renewed(db: Db, living: Living, before: Outline | undefined): Promise<Roll> {
  if (!before) return readRoll(db, living)
  const states = await statesOf(db, living)
  // lines are added, of outsiders and visitors, and never taken away
  return states.length === before.viewer_nos.length ? { ...before, states } : readRoll(db, living)
}

async function statesOf(db: Db, living: Living): Promise<string> {
  const [row] = await db.all<{ states: string | null }>(statesText(living))
  return row?.states ?? ''
}

/** The classes of a register, as they are or as it froze. */
export async function classesOfRegister(db: Db, { corp_no, living_no }: Living): Promise<{ party_id: number; name: string }[]> {
  return db.all(sql`
    select c.party_id, coalesce(p.name, '') as name from register_class c
    left join party p on p.corp_no = c.corp_no and p.party_id = c.party_id
    where c.corp_no = ${corp_no} and c.living_no = ${living_no}
    order by c.party_id`)
}
