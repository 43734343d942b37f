import { type ContactChange, tellContacts } from '../events/tell.ts'
import { refreshRegisters, type Touched } from '../register/refresh.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must, type Query } from '../store/sql.ts'
import { moveRoster, rosterVersion } from './store.ts'

/**
 * What a rule decides about the roster it has read: the answer for the caller, the statements to write, the students and classes
 * whose registers change with them, and the contact changes to report to apps that have a callback.
 */
export type Decision<T> = { answer: T; queries: readonly Query[]; touched?: Touched; events?: readonly ContactChange[] }

/**
 * A queue for each corp, not a cache: it holds the promise of the last roster change that this process has started for the corp,
 * and the next change waits for that promise. An entry is deleted when its change has settled.
 */
const lastChangeByCorp = new Map<number, Promise<unknown>>()

/**
 * Changes the roster of a corp. Every change goes through this function. `rule` reads the roster and returns a `Decision`; it must
 * not write by itself, because it may run several times. The decision is written in one batch, together with the registers and
 * events that follow from it, under an optimistic lock on `corp.roster_version`: if the roster has changed since the rule read it,
 * nothing is written and the rule runs again.
 *
 * Returns the answer of the decision that was written. Throws what the rule throws, or `Conflict` after 40 attempts.
 * `now` is in Unix seconds.
 *
 * Changes of one corp run one after another within a process: running at once, they would only conflict and decide again.
 */
export function changeRoster<T>(db: Db, corp_no: number, now: number, rule: () => Promise<Decision<T>>): Promise<T> {
  const attempt = () =>
    retryOnConflict(async () => {
      const [corp] = await db.all<{ roster_version: number; callbacks: number }>(rosterVersion(corp_no))
      const { answer, queries, touched, events = [] } = await rule()
      if (!corp || queries.length === 0) return answer
      const registers = touched?.student_nos.length ? refreshRegisters(corp_no, touched, now) : []
      const eventQueries = corp.callbacks ? tellContacts(corp_no, events, now) : []
      await db.batch([must(moveRoster(corp_no, corp.roster_version)), ...queries, ...registers, ...eventQueries])
      return answer
    })
  const change = (lastChangeByCorp.get(corp_no) ?? Promise.resolve()).then(attempt, attempt)
  lastChangeByCorp.set(corp_no, change)
  change.catch(() => {}).finally(() => lastChangeByCorp.get(corp_no) === change && lastChangeByCorp.delete(corp_no))
  return change
}
