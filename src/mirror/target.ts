import { addApp, addCorp, appOf, type CorpRow, corpOf } from '../access/apps.ts'
import { corpById } from '../access/store.ts'
import { anyOwnLiving } from '../living/store_mirrored.ts'
import { rootParty } from '../roster/party.ts'
import { activeStudents } from '../roster/store_students.ts'
import type { Db } from '../store/db.ts'
import type { MirrorRequest } from './request.ts'
import { type MirrorRow, mirrorOf, putMirror } from './store.ts'

/** The local corp that a school is mirrored into, and the app that its livings belong to. */
export type MirrorTarget = { corp_no: number; agentid: number; notes: readonly string[] }

/** Grants of an app that the mirror creates: it can read what is mirrored and change nothing. */
const grants = 'living_api,parent_app,contacts_read'

/**
 * Returns the local corp with the same corpid, and an app for the livings; creates them where they do not exist. Notes say what was created.
 * Throws if the corp is not a mirror but has students or livings of its own: mirroring would delete everybody whom the host does not list.
 * Also throws if the corp was mirrored from another host before and the host was not given explicitly.
 */
export async function prepareTarget(db: Db, { corpid, base, isBaseGiven, agentid }: MirrorRequest, now: number): Promise<MirrorTarget> {
  const [known] = await db.all<CorpRow>(corpById(corpid))
  if (!known) await addCorp(db, { corpid }, now, (corp_no, name) => [rootParty(corp_no, name)])
  const { corp_no } = await corpOf(db, corpid)
  const [previous] = await db.all<MirrorRow>(mirrorOf(corp_no))
  const notes: string[] = []
  if (!previous && (await hasOwnData(db, corp_no)))
    throw new Error(`${corpid} has pupils or lessons of its own in this database, which a mirror would replace: give another --database`)
  if (previous && previous.base !== base && !isBaseGiven)
    throw new Error(`${corpid} was mirrored from ${previous.base} before, and the last login is at ${base}: say which with --from`)
  if (agentid !== undefined) await appOf(db, corpid, agentid)
  const ownerAgentid = agentid ?? previous?.agentid ?? (await createApp(db, corpid, now, notes))
  if (previous?.base !== base || previous.agentid !== ownerAgentid) await db.batch([putMirror(corp_no, base, ownerAgentid)])
  return { corp_no, agentid: ownerAgentid, notes }
}

async function hasOwnData(db: Db, corp_no: number): Promise<boolean> {
  const found = [...(await db.all(activeStudents(corp_no))), ...(await db.all(anyOwnLiving(corp_no)))]
  return found.length > 0
}

/** Creates the app of the mirror and notes how to get a secret for it. The secret is not printed here, because output ends up in logs. */
async function createApp(db: Db, corpid: string, now: number, notes: string[]): Promise<number> {
  const { agentid } = await addApp(db, { corpid, kind: 'self-built', name: 'mirror', grants }, now)
  notes.push(
    `app ${agentid} was made for the mirrored lessons; "rollcall app rotate-secret --corp ${corpid} --agentid ${agentid}" prints a secret to ask the local server with`,
  )
  return agentid
}
