import { type Client, PermissionError, type Unwatched, type Watched } from '../client/client.ts'
import type { HostLiving } from '../living/mirrored.ts'

/** A living and its range, as far as the host tells. The school's call knows the range and no state, the other one the reverse. */
export async function readLiving(client: Client, livingid: string, agentid: number, now: number) {
  const { living_info: school } = await client.schoolGetLivingInfo({ livingid })
  const { theme, anchor_userid, living_start, living_duration, living_range } = school
  const whole = await client.livingGetLivingInfo({ livingid }).catch((error: unknown) => {
    if (error instanceof PermissionError) return undefined
    throw error
  })
  const info = whole?.living_info
  const status = info?.status ?? (now < living_start ? 0 : now < living_start + living_duration ? 1 : 2)
  const wasHeld = status === 1 || status === 2
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
    start_time: wasHeld ? living_start : null,
    end_time: status === 2 ? living_start + living_duration : null,
  }
  return { living, partyids: living_range?.partyids ?? [], saysState: info !== undefined }
}

export type Lists = { unwatched: Unwatched[]; watched: Watched[] }

/**
 * Both lists. The unwatched first: who comes between the two reads is then on both, and has watched; the other way round they would be
 * on neither.
 */
export async function readLists(client: Client, livingid: string, onPage: (people: number) => void): Promise<Lists> {
  let read = 0
  const options = { onPage: ({ people }: { people: number }) => onPage(read + people) }
  const unwatched = await Array.fromAsync(client.unwatched(livingid, options))
  read = unwatched.length
  return { unwatched, watched: await Array.fromAsync(client.watched(livingid, options)) }
}
