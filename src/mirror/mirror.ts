import { type Client, RollcallError } from '../client/client.ts'
import { mirrorLiving } from '../living/mirrored.ts'
import { type MirroredLiving, mirroredLivings } from '../living/store_mirrored.ts'
import { keepListed } from '../roster/mirrored/listed_people.ts'
import { branch, partyType } from '../roster/parties.ts'
import { type KnownRow, viewersIn } from '../roster/store_households.ts'
import { type PartyRow, partiesOf } from '../roster/store_parties.ts'
import type { Db } from '../store/db.ts'
import { claim } from './claim.ts'
import { mirrorContacts } from './contacts.ts'
import { readLists, readLiving } from './host.ts'
import { keyOfPerson, registerOf, unknownOf } from './lines.ts'

export type Wanted = {
  readonly base: string
  /** said for this run, and not taken from a login */
  readonly isBaseGiven: boolean
  readonly corpid: string
  /** the local app that the livings are to belong to; made where none is named or was before */
  readonly agentid?: number | undefined
  readonly livingids: readonly string[]
  readonly anchors: readonly string[]
  /** livings that are over and were read whole, too */
  readonly again: boolean
}

/** How far it is, for a person who waits. */
export type Told = { readonly total: (more: number) => void; readonly step: (says: string) => void; readonly at: (says: string) => void }

export type Mirrored = {
  readonly livingid: string
  readonly outcome: 'written' | 'kept' | 'refused'
  readonly theme?: string
  readonly status?: number
  readonly watched?: number
  readonly unwatched?: number
  readonly changed?: number
  readonly error?: string
}

/** A host's numbers may still move for a while after the end; so long a living is read again. */
const settling = 3600

/**
 * Pulls a school from the host that the client asks: the contacts, then one living after the other. Whatever breaks it off, what was
 * written is whole, and the next run goes on.
 */
export async function mirror(db: Db, client: Client, wanted: Wanted, clock: () => number, told: Told) {
  const { corp_no, agentid, notes: claimed } = await claim(db, wanted, clock())
  const notes = [...claimed]
  const known = new Map((await db.all<MirroredLiving>(mirroredLivings(corp_no))).map((row) => [row.livingid, row]))
  const livingids = await chosen(client, wanted, [...known.keys()])
  told.total(livingids.length)
  const { saysWhoFollows, ...roster } = await mirrorContacts(db, client, corp_no, clock(), told)
  if (!saysWhoFollows) notes.push('the host does not say which pupils follow 学校通知: who is on neither of its lists is taken not to')
  const school = await schoolOf(db, corp_no)
  let saysState = true
  const livings: Mirrored[] = []
  for (const livingid of livingids) {
    const before = known.get(livingid)
    if (before && !wanted.again && isDone(before)) livings.push({ livingid, outcome: 'kept' })
    else
      livings.push(
        await one(livingid).catch((error: unknown) => {
          // what is wrong with one living is told of that one; a limit, a dead secret or a network ends the run
          if (error instanceof RollcallError && aboutOne.has(error.errcode)) return { livingid, outcome: 'refused', error: error.message }
          throw error
        }),
      )
    told.step(livingid)
  }
  if (!saysState) notes.push('the app may not read the state of lessons: it is worked out from their times')
  return { from: wanted.base, corpid: wanted.corpid, agentid, roster, livings, notes }

  async function one(livingid: string): Promise<Mirrored> {
    const { living, partyids, ...says } = await readLiving(client, livingid, agentid, clock())
    saysState &&= says.saysState
    // no lesson was held in one that was cancelled or has expired
    const lists =
      living.state > 2 ? { unwatched: [], watched: [] } : await readLists(client, livingid, (n) => told.at(`${livingid} · ${n}`))
    const unknown = unknownOf(lists, school.roster)
    if (unknown.length) {
      await keepListed(db, corp_no, unknown, clock())
      school.roster = await rosterOf(db, corp_no)
    }
    const classes = classesIn(school.parties, partyids)
    const lines = registerOf(lists, school.roster, classes, saysWhoFollows)
    const changed = await mirrorLiving(db, corp_no, living, { range: partyids, classes, lines }, clock())
    const { theme, state: status } = living
    return { livingid, outcome: 'written', theme, status, watched: lists.watched.length, unwatched: lists.unwatched.length, changed }
  }
}

/** 40058 no such living, 92002, 92003, 92008 another's. */
const aboutOne = new Set([40058, 92002, 92003, 92008])

const isDone = ({ state, end_time, mirrored_at }: MirroredLiving) => state >= 2 && mirrored_at >= (end_time ?? 0) + settling

/** Those that are named, and those of the teachers that are; where nobody is, the ones mirrored before. */
async function chosen(client: Client, { livingids, anchors }: Wanted, known: readonly string[]): Promise<readonly string[]> {
  if (livingids.length === 0 && anchors.length === 0) return known
  const found = new Set(livingids)
  // the newest come first; numbered from the oldest on, they are listed here in the host's order
  for (const anchor of anchors) for (const livingid of (await Array.fromAsync(client.livingids(anchor))).reverse()) found.add(livingid)
  return [...found]
}

const rosterOf = async (db: Db, corp_no: number) =>
  new Map((await db.all<KnownRow>(viewersIn(corp_no))).map((row) => [keyOfPerson(row), row]))

const schoolOf = async (db: Db, corp_no: number) => ({
  roster: await rosterOf(db, corp_no),
  parties: await db.all<PartyRow>(partiesOf(corp_no)),
})

/** The classes of a range; an id that is no department any more stands for itself. */
function classesIn(parties: readonly PartyRow[], range: readonly number[]): number[] {
  const below = (id: number) => branch(parties, id)?.filter(({ type }) => type === partyType.class) ?? []
  return [
    ...new Set(range.flatMap((id) => (parties.some((party) => party.party_id === id) ? below(id).map((each) => each.party_id) : [id]))),
  ]
}
