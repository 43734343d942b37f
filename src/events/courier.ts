import { setTimeout as pass } from 'node:timers/promises'
import type { Db } from '../store/db.ts'
import { plaintext, sealed } from './message.ts'
import { send } from './post.ts'
import {
  clearEvents,
  type EventRow,
  eventState,
  keepTurn,
  nextEvent,
  type Receiver,
  receiver,
  receiversWaiting,
  recordAttempt,
  takeTurn,
} from './store.ts'

export type CourierOptions = {
  readonly db: Db
  /** unix seconds */
  readonly clock: () => number
  readonly allowPrivate: boolean
  readonly failed: (error: unknown) => void
  readonly timeoutMs?: number
  readonly pauseMs?: number
}

/** As WeCom: three times in all, then the event is dropped. */
const tries = 3
/** Much longer than one attempt: whoever holds a turn and dies is followed by another process after it. */
const leaseSeconds = 30
const keptSeconds = 7 * 86_400
/** Apps one process serves at a time: each costs a socket and now and then a write. */
const atOnce = 20

/**
 * Delivers what waits in the outbox: each app's events one by one, in order, by one process at a time; the apps beside each other,
 * so that one that is slow or dead delays nobody else's. Nothing of it is kept in memory.
 */
export function makeCourier({ db, clock, allowPrivate, failed, timeoutMs = 5000, pauseMs = 1000 }: CourierOptions) {
  const rounds = new Set<Promise<void>>()
  const stopping = new AbortController()
  let nextClearing = 0

  /** Starts what is due; what it started goes on by itself. */
  async function tick(): Promise<void> {
    const now = clock()
    if (now >= nextClearing) {
      nextClearing = now + 3600
      await db.batch([clearEvents(now - keptSeconds)])
    }
    for (const { corp_no, agentid } of await db.all<{ corp_no: number; agentid: number }>(receiversWaiting(now))) {
      if (rounds.size >= atOnce || stopping.signal.aborted) return
      const round = serve(corp_no, agentid).catch(failed)
      rounds.add(round)
      void round.finally(() => rounds.delete(round))
    }
  }

  /** Takes the turn, delivers until nothing waits, and gives the turn back; ends where the turn is somebody else's. */
  async function serve(corp_no: number, agentid: number): Promise<void> {
    let mine = clock() + leaseSeconds
    const [taken] = await db.batch([takeTurn(corp_no, agentid, clock(), mine)])
    if (!taken) return
    const keep = async (until: number) => {
      const [kept] = await db.batch([keepTurn(corp_no, agentid, mine, until)])
      mine = until
      return kept === 1
    }
    while (!stopping.signal.aborted) {
      const [event] = await db.all<EventRow>(nextEvent(corp_no, agentid))
      const [to] = await db.all<Receiver>(receiver(corp_no, agentid))
      if (!event || !to) break
      if (!(await keep(clock() + leaseSeconds))) return
      const went = await attempt(to, event)
      await db.batch([recordAttempt(corp_no, agentid, event.event_no, { ...went, now: clock() })])
      if (went.state === eventState.waiting) await pass(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await keep(0)
  }

  async function attempt(to: Receiver, event: EventRow) {
    const attempts = event.attempts + 1
    const failing = attempts >= tries ? eventState.givenUp : eventState.waiting
    try {
      const { query, body } = sealed(to, plaintext(to, event), clock())
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
    /** An attempt under way is waited for, so that nothing is told twice; what is left waits for another process. */
    stop: () => {
      stopping.abort()
      return idle()
    },
  }
}
