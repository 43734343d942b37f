import { stayOf } from '../attendance/presence/stays.ts'
import { checkPresence, type PresenceContext, takeStays } from '../attendance/presence/take.ts'
import { loadLiving } from '../living/living.ts'
import type { Living } from '../living/store.ts'
import type { Stay } from '../register/stays.ts'
import { Conflict } from '../store/db.ts'
import { must, type Query } from '../store/sql.ts'
import { correctRegister } from './correct.ts'
import { type IdentifiedPerson, identifyPeople } from './identify.ts'
import { cleanIdentity, type Identity, taggedStayId, visitorOf } from './identity.ts'
import { matchesAreStill, noteIdentities, seeIdentities, visitorsWithLine } from './store.ts'

/** A stay of somebody whom a source names; times are unix seconds. */
export type IdentityStay = Identity & { readonly stay_id: string; readonly enter_time: number; readonly leave_time: number }
type Person = IdentifiedPerson & { readonly visitor_no: number; readonly someone: Identity }

/**
 * Takes stays of people named by a source: identified ones as viewers, others as visitors, whose visitor_id is `${source} ${identity}` and whose
 * nickname is the name. Visitors are noted, so that somebody can match them. Idempotent: the same stays twice change nothing, and stays that
 * were reported before somebody was identified become the viewer's.
 *
 * @param source shown in the timeline of a report
 * @param now unix seconds
 * @returns how many people watched as viewers and how many as visitors; `ambiguous` are the visitors whose name fits several
 * @throws what `checkPresence` throws; Conflict where living, match or roster changed meanwhile: load the living again and try again
 */
export async function reportIdentified(
  context: PresenceContext,
  living: Living,
  source: string,
  stays: readonly IdentityStay[],
  now: number,
): Promise<{ viewers: number; visitors: number; ambiguous: number }> {
  checkPresence(living, stays, now)
  const clean = stays.map(cleanIdentity)
  const people = await identified(context, living, clean)
  const isVisitor = ({ viewer_nos }: Person) => viewer_nos.length === 0
  const visitors = [...people.values()].filter(isVisitor).sort((a, b) => a.visitor_no - b.visitor_no)

  const current = await withoutFormerVisitors(
    context,
    living,
    [...people.values()].filter((person) => !isVisitor(person)),
    now,
  )
  const taken = clean.flatMap((stay) => staysOf(people.get(visitorOf(stay)) as Person, stay))
  const nicknames = new Map(visitors.map(({ visitor_no, someone }) => [visitor_no, someone.name]))
  await takeStays(context, current, { stays: taken, nicknames, source }, now, noted(living.corp_no, [...people.values()], visitors, now))
  return {
    viewers: people.size - visitors.length,
    visitors: visitors.length,
    ambiguous: visitors.filter(({ candidates }) => candidates.length > 0).length,
  }
}

/** The people among stays by their numbers as visitors, each identified once. Of two names the one that sorts last counts. */
async function identified({ db }: PresenceContext, living: Living, stays: readonly IdentityStay[]): Promise<Map<number, Person>> {
  const someoneByNumber = new Map<number, Identity>()
  for (const stay of stays) {
    const known = someoneByNumber.get(visitorOf(stay))
    if (!known || Buffer.compare(Buffer.from(stay.name), Buffer.from(known.name)) > 0) someoneByNumber.set(visitorOf(stay), stay)
  }
  const found = await identifyPeople(db, living, [...someoneByNumber.values()])
  return new Map(
    [...someoneByNumber].map(([visitor_no, someone], index) => [
      visitor_no,
      { ...(found[index] as IdentifiedPerson), visitor_no, someone },
    ]),
  )
}

const staysOf = ({ viewer_nos, visitor_no }: Person, { stay_id, enter_time, leave_time }: IdentityStay): Stay[] =>
  (viewer_nos.length ? viewer_nos : [visitor_no]).map((viewer_no) =>
    stayOf(viewer_no, { stay_id: taggedStayId(visitor_no, stay_id), enter_time, leave_time }),
  )

/** Corrects the register where somebody who is identified now watched as a visitor before. Returns the living as it is then. */
async function withoutFormerVisitors({ db }: PresenceContext, living: Living, viewers: readonly Person[], now: number): Promise<Living> {
  const { corp_no } = living
  const numbers = viewers.map(({ visitor_no }) => visitor_no)
  const lines = numbers.length ? await db.all<{ viewer_no: number }>(visitorsWithLine(living, numbers)) : []
  if (lines.length === 0) return living
  const former = new Set(lines.map(({ viewer_no }) => viewer_no))
  for (const { visitor_no, viewer_nos, someone } of viewers)
    if (former.has(visitor_no)) await correctRegister(db, living, { visitor_no, name: someone.name, from: [visitor_no], viewer_nos }, now)
  const current = await loadLiving(db, corp_no, living.livingid)
  if (!current) throw new Conflict('the living was deleted')
  return current
}

/** Statements that note the visitors and guard the matches that were read. */
function noted(corp_no: number, people: readonly Person[], visitors: readonly Person[], now: number): Query[] {
  const remembered = people.filter((person) => person.remembered != null && person.viewer_nos.length > 0)
  const rows = visitors.map(({ visitor_no, someone: { source, identity, name, className = '' } }) => ({
    visitor_no,
    source,
    identity,
    name,
    class_name: className.slice(0, 64),
  }))
  const read = people.map(({ visitor_no, remembered: viewer_nos }) => [visitor_no, viewer_nos ?? null] as const)
  return [
    ...(rows.length ? [noteIdentities(corp_no, rows, now)] : []),
    ...(remembered.length
      ? [
          seeIdentities(
            corp_no,
            remembered.map(({ visitor_no }) => visitor_no),
            now,
          ),
        ]
      : []),
    ...(read.length ? [must(matchesAreStill(corp_no, read))] : []),
  ]
}
