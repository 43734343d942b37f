import { addApp, addCorp, appOf, type CorpRow, corpOf } from '../access/apps.ts'
import { corpById } from '../access/store.ts'
import { anyOwnLiving } from '../living/store_mirrored.ts'
import { rootParty } from '../roster/parties.ts'
import { activeStudents } from '../roster/store_students.ts'
import type { Db } from '../store/db.ts'
import type { Wanted } from './mirror.ts'
import { type MirrorRow, mirrorOf, putMirror } from './store.ts'

/** Where a school is mirrored to: its corp here, and the app that its livings belong to. */
export type Place = { corp_no: number; agentid: number; notes: readonly string[] }

/** What the made app may: read what is mirrored, and change nothing. */
const grants = 'living_api,parent_app,contacts_read'

/**
 * The corp under the same corpid, made where there is none. A school that this very database holds is not written over: who leaves the
 * host's contacts leaves here too.
 */
export async function claim(db: Db, { corpid, base, isBaseGiven, agentid }: Wanted, now: number): Promise<Place> {
  const [known] = await db.all<CorpRow>(corpById(corpid))
  if (!known) await addCorp(db, { corpid }, now, (no, name) => [rootParty(no, name)])
  const { corp_no } = await corpOf(db, corpid)
  const [before] = await db.all<MirrorRow>(mirrorOf(corp_no))
  const notes: string[] = []
  if (!before && (await isHeldHere(db, corp_no)))
    throw new Error(`${corpid} has pupils or lessons of its own in this database, which a mirror would replace: give another --database`)
  if (before && before.base !== base && !isBaseGiven)
    throw new Error(`${corpid} was mirrored from ${before.base} before, and the last login is at ${base}: say which with --from`)
  if (agentid !== undefined) await appOf(db, corpid, agentid)
  const owner = agentid ?? before?.agentid ?? (await makeApp(db, corpid, now, notes))
  if (before?.base !== base || before.agentid !== owner) await db.batch([putMirror(corp_no, base, owner)])
  return { corp_no, agentid: owner, notes }
}

async function isHeldHere(db: Db, corp_no: number): Promise<boolean> {
  const found = [...(await db.all(activeStudents(corp_no))), ...(await db.all(anyOwnLiving(corp_no)))]
  return found.length > 0
}

/** Its secret is not told here: what a command prints ends in logs. */
async function makeApp(db: Db, corpid: string, now: number, notes: string[]): Promise<number> {
  const { agentid } = await addApp(db, { corpid, kind: 'self-built', name: 'mirror', grants }, now)
  notes.push(
    `app ${agentid} was made for the mirrored lessons; "rollcall app rotate-secret --corp ${corpid} --agentid ${agentid}" prints a secret to ask the local server with`,
  )
  return agentid
}
