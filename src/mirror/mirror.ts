import { type Client, RollcallError } from '../client/client.ts'
import { mirrorLiving } from '../living/mirrored.ts'
import { type MirroredLiving, mirroredLivings } from '../living/store_mirrored.ts'
import { keepListed } from '../roster/mirrored/listed_people.ts'
import { branch, partyType } from '../roster/party.ts'
import { type KnownRow, viewersIn } from '../roster/store_households.ts'
import { type PartyRow, partiesOf } from '../roster/store_parties.ts'
import type { Db } from '../store/db.ts'
import { mirrorContacts } from './contacts.ts'
import { readLists, readLiving } from './host.ts'
import { lastPull, personKey } from './listed_viewers.ts'
import { registerLines, unknownPeople } from './register_lines.ts'
import type { MirrorProgress, MirrorRequest } from './request.ts'
import { prepareTarget } from './target.ts'

/** What happened to a living: `kept` means that it is over and was pulled before, `refused` that the host does not give it to this app. */
export type MirrorOutcome = {
  readonly livingid: string
  readonly outcome: 'written' | 'kept' | 'refused'
  readonly theme?: string
  readonly status?: number
  readonly watched?: number
  readonly unwatched?: number
  readonly changed?: number
  readonly error?: string
}

/** For this time after its end, the host's numbers of a living may still change. A living that was pulled earlier is pulled again. */
const settlingSeconds = 3600

/**
 * Pulls a school from the host that `client` asks: the contacts, then one living after the other. Returns a report.
 * A run may end at any time: what was written is consistent, and the next run continues. Throws what `prepareTarget` and the client throw,
 * except for errors that concern a single living, which the report contains. `clock` returns seconds since 1970.
 */
export async function mirror(db: Db, client: Client, request: MirrorRequest, clock: () => number, progress: MirrorProgress) {
  const { corp_no, agentid, notes: targetNotes } = await prepareTarget(db, request, clock())
  const notes = [...targetNotes]
  const rows = await db.all<MirroredLiving>(mirroredLivings(corp_no))
  const knownByLivingid = new Map(rows.map((row) => [row.livingid, row]))
  const livingids = await requestedLivingids(client, request, [...knownByLivingid.keys()])
  progress.addToTotal(livingids.length)
  const { hasStudentSubscriptions, ...roster } = await mirrorContacts(db, client, corp_no, clock(), progress)
  if (!hasStudentSubscriptions)
    notes.push('the host does not say which students follow 学校通知: those who are on neither of its lists are taken not to follow')
  const school = await readSchool(db, corp_no)
  let hasAllStates = true
  const livings: MirrorOutcome[] = []
  for (const livingid of livingids) {
    const known = knownByLivingid.get(livingid)
    if (known && !request.again && isComplete(known)) livings.push({ livingid, outcome: 'kept' })
    else
      livings.push(
        await pullLiving(livingid).catch((error: unknown) => {
          // Errors of a single living do not end the run. A rate limit, an invalid secret or a broken network does.
          if (error instanceof RollcallError && singleLivingErrcodes.has(error.errcode))
            return { livingid, outcome: 'refused', error: error.message }
          throw error
        }),
      )
    progress.advance(livingid)
  }
  if (!hasAllStates) notes.push('the app may not read the state of lessons: it is worked out from their times')
  return { from: request.base, corpid: request.corpid, agentid, roster, livings, notes }

  async function pullLiving(livingid: string): Promise<MirrorOutcome> {
    const { living, partyids, hasState } = await readLiving(client, livingid, agentid, clock())
    hasAllStates &&= hasState
    // Nobody watches a living that expired (3) or was cancelled (4).
    const lists =
      living.state > 2 ? { unwatched: [], watched: [] } : await readLists(client, livingid, (n) => progress.setLabel(`${livingid} · ${n}`))
    const unknown = unknownPeople(lists, school.roster)
    if (unknown.length) {
      await keepListed(db, corp_no, unknown, clock())
      school.roster = await readRoster(db, corp_no)
    }
    const classes = classesIn(school.parties, partyids)
    const hadEnded = (knownByLivingid.get(livingid)?.state ?? 0) >= 2
    const last = await lastPull(db, corp_no, livingid, hadEnded, lists, school.roster)
    const lines = registerLines(lists, school.roster, last, classes, hasStudentSubscriptions)
    const changed = await mirrorLiving(db, corp_no, living, { range: partyids, classes, lines }, clock())
    const { theme, state: status } = living
    return { livingid, outcome: 'written', theme, status, watched: lists.watched.length, unwatched: lists.unwatched.length, changed }
  }
}

/** 40058: the host does not know the living. 92002, 92003, 92008: the living belongs to another corp or app. */
const singleLivingErrcodes = new Set([40058, 92002, 92003, 92008])

const isComplete = ({ state, end_time, mirrored_at }: MirroredLiving) => state >= 2 && mirrored_at >= (end_time ?? 0) + settlingSeconds

/** Returns the livings that the request names and those of its teachers; if it names neither, the livings of earlier runs. */
async function requestedLivingids(
  client: Client,
  { livingids, anchors }: MirrorRequest,
  knownLivingids: readonly string[],
): Promise<readonly string[]> {
  if (livingids.length === 0 && anchors.length === 0) return knownLivingids
  const requested = new Set(livingids)
  // The host lists the newest living first. Pulling the oldest first gives them local numbers in the same order as on the host.
  for (const anchor of anchors) for (const livingid of (await Array.fromAsync(client.livingids(anchor))).reverse()) requested.add(livingid)
  return [...requested]
}

const readRoster = async (db: Db, corp_no: number) => Map.groupBy(await db.all<KnownRow>(viewersIn(corp_no)), personKey)

const readSchool = async (db: Db, corp_no: number) => ({
  roster: await readRoster(db, corp_no),
  parties: await db.all<PartyRow>(partiesOf(corp_no)),
})

/** Returns the classes of a range. An id that is not a department any more is taken for a class. */
function classesIn(parties: readonly PartyRow[], range: readonly number[]): number[] {
  const classesBelow = (id: number) => branch(parties, id)?.filter(({ type }) => type === partyType.class) ?? []
  const isParty = (id: number) => parties.some((party) => party.party_id === id)
  return [...new Set(range.flatMap((id) => (isParty(id) ? classesBelow(id).map((each) => each.party_id) : [id])))]
}
