import { setImmediate as turn } from 'node:timers/promises'
import type { Db } from '../../store/db.ts'
import { keyOf } from '../people.ts'
import { parentsByMobile } from '../store.ts'
import { childrenOf } from '../store_import.ts'
import { type Gathered, madeUserid, type Parent, type Pupil } from './gather.ts'

/** Looked up at once: some milliseconds. */
const atOnce = 1000

/**
 * Userids for those the file gives none: a parent is whoever has the mobile, a pupil is the child of that name whom one of the parents
 * has. Who is not found gets a userid made of name and mobile, the same each time.
 */
export async function recognise(db: Db, corp_no: number, { pupils, bad }: Gathered): Promise<void> {
  const parents = [...new Set(pupils.flatMap((pupil) => [...pupil.family.keys()]))]
  const nameless = parents.filter((parent) => parent.userid === '')
  for (let at = 0; at < nameless.length; at += atOnce) {
    const some = nameless.slice(at, at + atOnce)
    const known = await db.all<{ mobile: string; parent_key: string }>(
      parentsByMobile(
        corp_no,
        some.map((parent) => parent.mobile),
      ),
    )
    const userids = new Map(known.map((row) => [row.mobile, row.parent_key]))
    for (const parent of some) parent.userid = userids.get(parent.mobile) ?? madeUserid('p', parent.mobile)
    await turn()
  }
  await recognisePupils(db, corp_no, pupils, bad)
  dropTwice(pupils, bad)
}

async function recognisePupils(db: Db, corp_no: number, pupils: readonly Pupil[], bad: Gathered['bad']): Promise<void> {
  const numberless = pupils.filter((pupil) => pupil.userid === '')
  for (let at = 0; at < numberless.length; at += atOnce) {
    const some = numberless.slice(at, at + atOnce)
    const keys = some.flatMap((pupil) => [...pupil.family.keys()].map((parent) => keyOf(parent.userid)))
    const children = Map.groupBy(
      await db.all<{ parent_key: string; name: string; student_userid: string }>(childrenOf(corp_no, [...new Set(keys)])),
      (child) => child.parent_key,
    )
    for (const pupil of some) {
      const own = [...pupil.family.keys()].flatMap((parent) => children.get(keyOf(parent.userid)) ?? [])
      const userids = new Set(own.filter((child) => child.name === pupil.name).map((child) => child.student_userid))
      if (userids.size > 1) bad.push({ ...placeOf(pupil), column: pupil.columns.student_userid, why: 'ambiguous', fill: {} })
      const mobiles = [...pupil.family.keys()].map((parent) => parent.mobile || parent.userid).sort()
      pupil.userid = [...userids][0] ?? madeUserid('s', pupil.name, mobiles[0] as string)
    }
    await turn()
  }
}

/** Two rows that turn out to be one pupil or one and the same parent. */
function dropTwice(pupils: Pupil[], bad: Gathered['bad']): void {
  const ambiguous = new Set(bad.filter(({ why }) => why === 'ambiguous').map(({ line }) => line))
  const first = new Map<string, Pupil>()
  const twice = new Set<Pupil>()
  for (const pupil of pupils) {
    const before = first.get(keyOf(pupil.userid))
    if (ambiguous.has(pupil.line)) twice.add(pupil)
    else if (before) {
      bad.push({ ...placeOf(pupil), column: pupil.columns.student_userid, why: 'same_pupil', fill: { line: before.line } })
      twice.add(pupil).add(before)
    } else first.set(keyOf(pupil.userid), pupil)
  }
  if (twice.size) pupils.splice(0, pupils.length, ...pupils.filter((pupil) => !twice.has(pupil)))
}

export const placeOf = ({ file, line }: Pupil | Parent) => ({ ...(file !== undefined && { file }), line })
