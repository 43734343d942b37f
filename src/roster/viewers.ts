import { inTurns } from '../event_loop.ts'
import type { Db } from '../store/db.ts'
import { rows, sql } from '../store/sql.ts'

/**
 * Who is who, for presence: (student, parent) to viewer. Kept while the roster's version stands still, so that a heartbeat
 * needs no look-up; 300,000 viewers are some 45 MB, and past that everything is forgotten and asked anew.
 */
export type KnownViewers = ReturnType<typeof knownViewers>
export type Person = { student_userid: string; parent_userid?: string | undefined }
export type KnownViewer = { viewer_no: number; active: boolean }

/** A userid may not hold a space, so that the two make one key. */
const personKey = ({ student_userid, parent_userid }: Person) =>
  parent_userid === undefined ? student_userid.toLowerCase() : `${student_userid} ${parent_userid}`.toLowerCase()

export function knownViewers(most = 300_000) {
  const corps = new Map<number, { version: number; viewers: Map<string, KnownViewer> }>()
  /** In the order asked; undefined is nobody's place. */
  return async (db: Db, corp_no: number, people: readonly Person[]): Promise<readonly (KnownViewer | undefined)[]> => {
    const [corp] = await db.all<{ roster_version: number }>(sql`select roster_version from corp where corp_no = ${corp_no}`)
    const version = corp?.roster_version ?? 0
    let kept = corps.get(corp_no)
    // a new map, so that who is being answered from the old one meanwhile misses nobody
    if (!kept || kept.version !== version || kept.viewers.size > most) {
      kept = { version, viewers: new Map() }
      corps.set(corp_no, kept)
    }
    const { viewers } = kept
    const found = people.map((person) => viewers.get(personKey(person)))
    const asked = new Map<string, Person>()
    people.forEach((person, index) => {
      if (!found[index]) asked.set(personKey(person), person)
    })
    if (asked.size === 0) return found
    for await (const some of inTurns([...asked])) {
      for (const { key, found } of await db.all<{ key: string; found: number | null }>(viewersByKey(corp_no, some)))
        if (found !== null) viewers.set(key, { viewer_no: Math.floor(found / 2), active: found % 2 === 1 })
    }
    return people.map((person, index) => found[index] ?? viewers.get(personKey(person)))
  }
}

/** The numbers of those who are somebody, each once. */
export const numbersOf = (known: readonly (KnownViewer | undefined)[]) => [...new Set(known.flatMap((viewer) => viewer?.viewer_no ?? []))]

/** Each once, by their userids alone: how an answer names who is nobody here. */
export const named = (people: readonly Person[]) =>
  [...new Map(people.map((person) => [personKey(person), person])).values()].map(({ student_userid, parent_userid }) => ({
    student_userid,
    ...(parent_userid !== undefined && { parent_userid }),
  }))

/** Looked up one by one, and said so: see `hasWatched` in ticks.ts. */
const viewersByKey = (corp_no: number, asked: readonly (readonly [string, Person])[]) => sql`
  select p.key, (
    select v.viewer_no * 2 + v.active from viewer v
    where v.corp_no = ${corp_no} and v.student_no = p.student_no and v.parent_no = p.parent_no
  ) as found
  from (
    select r.key,
      (select s.student_no from student s where s.corp_no = ${corp_no} and s.student_key = r.student_key) as student_no,
      case when r.parent_key = '' then 0
        else (select p.parent_no from parent p where p.corp_no = ${corp_no} and p.parent_key = r.parent_key) end as parent_no
    from ${rows(
      'r',
      { key: 'text', student_key: 'text', parent_key: 'text' },
      asked.map(([key, { student_userid, parent_userid }]) => [key, student_userid.toLowerCase(), parent_userid?.toLowerCase() ?? '']),
    )}
  ) as p`
