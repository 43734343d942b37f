import { setImmediate as turn } from 'node:timers/promises'
import type { Db } from '../store/db.ts'
import { sql } from '../store/sql.ts'
import type { Listed } from './blocks.ts'
import { linesText, statesText } from './roll-store.ts'

/**
 * A register at a glance: of each line its number, whose it is, its classes and a letter for its state, and no text besides.
 * 90,000 lines are some 30 ms to read again and 250 the first time, where the report makes an object of every line in a second.
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

/** Some 20 ms of work, after which others have their turn. */
const atOnce = 10_000

/** The rolls one process remembers: an outline is good while its entry version stands still, its states while the version does. */
export function keptRolls(mostLines = 600_000) {
  const kept = new Map<string, { version: number; entry_version: number; roll: Promise<Roll> }>()
  return async (db: Db, living: Listed & { entry_version: number }): Promise<Roll> => {
    const key = `${living.corp_no}/${living.living_no}/${living.livingid}`
    const known = kept.get(key)
    if (known?.version === living.version && known.entry_version === living.entry_version) return known.roll
    const before = known?.entry_version === living.entry_version ? await known.roll.catch(() => undefined) : undefined
    const roll = readRoll(db, living, before)
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

async function readRoll(db: Db, living: Listed, before: Outline | undefined): Promise<Roll> {
  let outline = before ?? (await readOutline(db, living))
  for (;;) {
    const states = await statesOf(db, living)
    // lines are added, of outsiders and visitors, and never taken away
    if (states.length === outline.viewer_nos.length) return { ...outline, states }
    outline = await readOutline(db, living)
  }
}

async function statesOf(db: Db, living: Listed): Promise<string> {
  const [row] = await db.all<{ states: string | null }>(statesText(living))
  return row?.states ?? ''
}

async function readOutline(db: Db, living: Listed): Promise<Outline> {
  const viewer_nos: number[] = []
  const isParent: number[] = []
  const family: number[] = []
  const classSet: number[] = []
  const students: string[] = []
  const classSets: number[][] = []
  const studentAt = new Map<string, number>()
  const classSetAt = new Map<string, number>()
  const place = <T>(key: string, at: Map<string, number>, list: T[], make: () => T): number => {
    let index = at.get(key)
    if (index === undefined) {
      index = list.push(make()) - 1
      at.set(key, index)
    }
    return index
  }
  for (let after = -(2 ** 53); ; ) {
    const [chunk] = await db.all<{ lines: string | null; count: number }>(linesText(living, after, atOnce))
    for (const line of chunk?.lines ? chunk.lines.split('\n') : []) {
      const space = line.indexOf(' ')
      after = Number(line.slice(0, space))
      viewer_nos.push(after)
      const named = line.indexOf('"student_userid":"', space)
      isParent.push(named > space + 1 ? 1 : 0)
      if (after < 0 || named < 0) {
        family.push(-1)
        classSet.push(place('', classSetAt, classSets, () => []))
        continue
      }
      const end = line.indexOf('"', named + 18)
      const userid = line.slice(named + 18, end)
      const classes = line.slice(line.indexOf('[', end) + 1, line.lastIndexOf(']'))
      family.push(place(userid, studentAt, students, () => userid))
      classSet.push(place(classes, classSetAt, classSets, () => classes.split(',').filter(Boolean).map(Number)))
    }
    if (!chunk || chunk.count < atOnce) break
    await turn()
  }
  return {
    viewer_nos: Float64Array.from(viewer_nos),
    isParent: Uint8Array.from(isParent),
    family: Int32Array.from(family),
    students,
    classSet: Int32Array.from(classSet),
    classSets,
  }
}

/** The classes of a register, as they are or as it froze. */
export async function classesOfRegister(db: Db, { corp_no, living_no }: Listed): Promise<{ party_id: number; name: string }[]> {
  return db.all(sql`
    select c.party_id, coalesce(p.name, '') as name from register_class c
    left join party p on p.corp_no = c.corp_no and p.party_id = c.party_id
    where c.corp_no = ${corp_no} and c.living_no = ${living_no}
    order by c.party_id`)
}
