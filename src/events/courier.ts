import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { encrypted, plaintext } from './message.ts'
import { send } from './post.ts'
import {
  clearEvents,
  type EventRow,
  eventState,
  nextEvent,
  type Receiver,
  receiver,
  receiversWaiting,
  recordAttempt,
  renewDelivery,
  takeDelivery,
} from './store.ts'

export type CourierOptions = {
  readonly db: Db
  readonly secrets: Secrets
  /** unix seconds */
  readonly clock: () => number
  readonly allowPrivate: boolean
  readonly failed: (error: unknown) => void
  readonly timeoutMs?: number
  readonly pauseMs?: number
}

/** Attempts of an event, as many as WeCom makes. */
const mostAttempts = 3
/** Much longer than one attempt takes. When the holder of a lease dies, another process goes on after it. */
const leaseSeconds = 30
/** How long delivered events stay in the outbox. */
const retentionSeconds = 7 * 86_400
/** Apps to which one process delivers at the same time: each takes a socket. */
const mostApps = 20

/**
 * Delivers the events of the outbox. Those of one app are delivered in order, by one process at a time; apps are independent of each other,
 * so that one that is slow or dead does not delay the others. No state is kept in memory.
 *
 * @param allowPrivate whether callbacks may lie on this machine or in a private network
 * @param failed called where delivering failed for a reason that is not the receiver's
 */
export function makeCourier({ db, secrets, clock, allowPrivate, failed, timeoutMs = 5000, pauseMs = 1000 }: CourierOptions) {
  const rounds = new Set<Promise<void>>()
  const stopping = new AbortController()
  let nextClearing = 0

  /** Starts the deliveries that are due, without waiting for them. */
  async function tick(): Promise<void> {
    const now = clock()
    if (now >= nextClearing) {
      nextClearing = now + 3600
      await db.batch([clearEvents(now - retentionSeconds)])
    }
    for (const { corp_no, agentid } of await db.all<{ corp_no: number; agentid: number }>(receiversWaiting(now))) {
      if (rounds.size >= mostApps || stopping.signal.aborted) return
      const round = serve(corp_no, agentid).catch(failed)
      rounds.add(round)
      void round.finally(() => rounds.delete(round))
    }
  }

  /** Takes an app's lease, delivers until no event is left, and gives the lease back. */
  async function serve(corp_no: number, agentid: number): Promise<void> {
    let leaseUntil = clock() + leaseSeconds
    const [taken] = await db.batch([takeDelivery(corp_no, agentid, clock(), leaseUntil)])
    if (!taken) return
    const renew = async (until: number) => {
      const [renewed] = await db.batch([renewDelivery(corp_no, agentid, leaseUntil, until)])
      leaseUntil = until
      return renewed === 1
    }
    while (!stopping.signal.aborted) {
      const [event] = await db.all<EventRow>(nextEvent(corp_no, agentid))
      const [to] = await db.all<Receiver>(receiver(corp_no, agentid))
      if (!event || !to) break
      if (!(await renew(clock() + leaseSeconds))) return
      const outcome = await attempt(to, event)
      await db.batch([recordAttempt(corp_no, agentid, event.event_no, { ...outcome, now: clock() })])
      if (outcome.state === eventState.waiting) await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await renew(0)
  }

  const opened = (to: Receiver): Receiver => ({
    ...to,
    token: secrets.open(to.token, 'callback.token', to.corp_no, to.agentid),
    aes_key: secrets.open(to.aes_key, 'callback.aes_key', to.corp_no, to.agentid),
  })

  async function attempt(to: Receiver, event: EventRow) {
    const attempts = event.attempts + 1
    const failing = attempts >= mostAttempts ? eventState.givenUp : eventState.waiting
    try {
      const { query, body } = encrypted(opened(to), plaintext(to, event), clock())
      const { status } = await send(to.url, { method: 'POST', query, body, timeoutMs, allowPrivate })
      if (status === 200) return { state: eventState.delivered, attempts, status, error: null }
      return { state: failing, attempts, status, error: `HTTP ${status}, expected 200` }
    } catch (error) {
      return { state: failing, attempts, status: null, error: (error as Error).message.slice(0, 500) }
    }
  }

  const idle = async () => {
    while (rounds.size) await Promise.all(rounds)
  }
  return {
    tick,
    idle,
    /** Waits for the attempts that are under way, so that none is made twice. What is left is delivered by another process. */
    stop: () => {
      stopping.abort()
      return idle()
    },
  }
}
