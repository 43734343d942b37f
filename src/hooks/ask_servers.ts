import { eachApart, type Failed } from '../timed/each_apart.ts'
import type { ClientList } from './clients/client_list.ts'
import { livekitClients } from './clients/livekit.ts'
import { mediamtxClients } from './clients/mediamtx.ts'
import { nginxClients } from './clients/nginx_rtmp.ts'
import { srsClients } from './clients/srs.ts'
import { growStays, growToLastSign } from './liveness.ts'
import type { HookContext } from './sessions.ts'
import { closeSessions, type HookRow, hooksWithApi, type OpenSession, openSessionsOfHook } from './store.ts'

/** How the connections of each kind of server are listed. */
export const clientLists: Readonly<Record<string, ClientList>> = {
  srs: srsClients,
  'nginx-rtmp': nginxClients,
  mediamtx: mediamtxClients,
  livekit: livekitClients,
}

/** Seconds for which a session may be missing from a list that was made while it began. */
const beginningSeconds = 5

/**
 * Timed work: asks every streaming server whose hook has an `api` for its connections. Sessions on the list go on; those that are not on it ended at
 * the last evidence of them. The sessions of a server
 * that does not answer reach to the last list, or to its latest sign.
 *
 * @param failed called for each server that does not answer
 */
export async function askServers(context: HookContext, clock: () => number, failed: Failed): Promise<void> {
  await eachApart(await context.db.all<HookRow>(hooksWithApi), (hook) => askServer(context, clock, hook, failed), failed)
}

async function askServer(context: HookContext, clock: () => number, sealed: HookRow, failed: Failed): Promise<void> {
  const { db, secrets } = context
  const secret = sealed.secret && secrets.open(sealed.secret, 'hook.secret', sealed.corp_no, sealed.hook_no)
  const hook = { ...sealed, secret }
  const open = (await db.all<OpenSession>(openSessionsOfHook(hook))).filter(({ beat_at }) => beat_at === 0 || hook.kind === 'nginx-rtmp')
  if (open.length === 0) return
  const byLiving = (sessions: readonly OpenSession[]) => Map.groupBy(sessions, ({ livingid }) => livingid)
  const askedAt = clock()
  let connected: ReadonlySet<string>
  try {
    connected = await (clientLists[hook.kind] as ClientList)(hook, [...byLiving(open).keys()], askedAt)
  } catch (error) {
    failed(new Error(`hook ${hook.hook_no} of corp ${hook.corp_no}: ${hook.kind} did not list its connections`, { cause: error }))
    return eachApart(byLiving(open).values(), (some) => growToLastSign(context, some, clock()), failed)
  }
  const isThere = ({ session }: OpenSession) => connected.has(session)
  await eachApart(byLiving(open.filter(isThere)).values(), (some) => growStays(context, some, () => askedAt, clock()), failed)
  const gone = open.filter((session) => !isThere(session) && session.enter_time < askedAt - beginningSeconds).map(({ session }) => session)
  if (gone.length) await db.batch([closeSessions(hook, gone)])
}
