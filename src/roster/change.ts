import { type ContactChange, tellContacts } from '../events/tell.ts'
import { refreshRegisters, type Touched } from '../register/refresh.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must, type Query } from '../store/sql.ts'
import { moveRoster, rosterVersion } from './store.ts'

/** What a rule retryOnConflict on the roster it read: the answer, what to write, which registers that touches, and what apps are told of it. */
export type Decision<T> = { answer: T; queries: readonly Query[]; touched?: Touched; events?: readonly ContactChange[] }

const turns = new Map<number, Promise<unknown>>()

/**
 * The one way to change a roster. The rule reads, decides and hands over statements; they are written, with the registers they
 * touch, only if nobody changed the roster meanwhile, else the rule decides again. In one process the changes of a corp take turns,
 * since racing each other would only make them decide twice.
 */
export function changeRoster<T>(db: Db, corp_no: number, now: number, rule: () => Promise<Decision<T>>): Promise<T> {
  const attempt = () =>
    retryOnConflict(async () => {
      const [corp] = await db.all<{ roster_version: number; callbacks: number }>(rosterVersion(corp_no))
      const { answer, queries, touched, events = [] } = await rule()
      if (!corp || queries.length === 0) return answer
      const registers = touched?.student_nos.length ? refreshRegisters(corp_no, touched, now) : []
      const told = corp.callbacks ? tellContacts(corp_no, events, now) : []
      await db.batch([must(moveRoster(corp_no, corp.roster_version)), ...queries, ...registers, ...told])
      return answer
    })
  const turn = (turns.get(corp_no) ?? Promise.resolve()).then(attempt, attempt)
  turns.set(corp_no, turn)
  turn.catch(() => {}).finally(() => turns.get(corp_no) === turn && turns.delete(corp_no))
  return turn
}
