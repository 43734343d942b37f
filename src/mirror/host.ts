import { type Client, PermissionError, type Unwatched, type Watched } from '../client/client.ts'
import type { HostLiving } from '../living/store_mirrored.ts'

/**
 * Returns a living and the partyids of its range as the host gives them. One call of the host knows the range and not the state, another one
 * the state and not the range. If the app may not make the second call, the state is derived from the times and `hasState` is false.
 */
export async function readLiving(client: Client, livingid: string, agentid: number, now: number) {
  const { living_info: schoolInfo } = await client.schoolGetLivingInfo({ livingid })
  const { theme, anchor_userid, living_start, living_duration, living_range } = schoolInfo
  const answer = await client.livingGetLivingInfo({ livingid }).catch((error: unknown) => {
    if (error instanceof PermissionError) return undefined
    throw error
  })
  const info = answer?.living_info
  const status = info?.status ?? (now < living_start ? 0 : now < living_start + living_duration ? 1 : 2)
  const hasBegun = status === 1 || status === 2
  const living: HostLiving = {
    livingid,
    agentid,
    anchor_userid,
    theme,
    description: info?.description ?? '',
    type: info?.type ?? 0,
    reserve_start: info?.reserve_start ?? living_start,
    reserve_living_duration: info?.reserve_living_duration ?? living_duration,
    state: status,
    start_time: hasBegun ? living_start : null,
    end_time: status === 2 ? living_start + living_duration : null,
  }
  return { living, partyids: living_range?.partyids ?? [], hasState: info !== undefined }
}

/** Everybody on the host's two lists of a living. */
export type Lists = { unwatched: Unwatched[]; watched: Watched[] }

/**
 * Reads both lists of a living; `onPage` gets the number of people read so far.
 * Reads the unwatched first: somebody who begins to watch between the two reads is then on both lists, and counts as watched. In the other
 * order such a person would be on neither list.
 */
export async function readLists(client: Client, livingid: string, onPage: (people: number) => void): Promise<Lists> {
  let unwatchedCount = 0
  const options = { onPage: ({ people }: { people: number }) => onPage(unwatchedCount + people) }
  const unwatched = await Array.fromAsync(client.unwatched(livingid, options))
  unwatchedCount = unwatched.length
  return { unwatched, watched: await Array.fromAsync(client.watched(livingid, options)) }
}
