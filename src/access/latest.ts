import { randomUUID } from 'node:crypto'
import type { Db } from '../store/db.ts'
import { reasons } from '../wire/v1/report.ts'
import { type LatestRow, latestOf, putLatest, trimLatest } from './store_latest.ts'

/**
 * A call of an app, for the list of latest calls that helps whoever develops the app. It never holds a name, a mobile, a token or a secret:
 * of the input only the fields in `shownFields`.
 */
export type LatestCall = Omit<LatestRow, 'agentid' | 'noted' | 'process' | 'us' | 'asked'> & {
  ms: number
  asked: Readonly<Record<string, unknown>>
}
type Noted = LatestCall & { noted: number }
export type LatestCalls = ReturnType<typeof latestCalls>

/** Calls stored of each app. */
const mostCalls = 50
const flushMs = 1000

/**
 * Notes the latest calls of each app, whichever process answered them. A call is buffered in memory, which takes 1 µs; once a second the
 * new ones are written in one batch.
 *
 * @param failed called where writing fails; the calls are written the next time
 */
export function latestCalls(db: Db, failed: (error: unknown) => void) {
  const process = randomUUID()
  /** calls that are not written to the database yet, by corp and app */
  const apps = new Map<string, { corp_no: number; agentid: number; calls: Noted[] }>()
  let last = 0

  function note({ corp_no, agentid }: { corp_no: number; agentid: number }, call: Omit<LatestCall, 'asked'>, input: object | undefined) {
    const key = `${corp_no}/${agentid}`
    const app = apps.get(key) ?? { corp_no, agentid, calls: [] }
    if (app.calls.length === 0) apps.set(key, app)
    last = Math.max(last + 1, Math.floor((performance.timeOrigin + performance.now()) * 1000))
    const errmsg = call.errcode === 0 ? call.errmsg : short(safe(call.errmsg))
    app.calls.push({ ...call, path: short(call.path), errmsg, asked: askedOf(input), noted: last })
    // dropping the oldest one at a time would move the array at every call
    if (app.calls.length > 2 * mostCalls) app.calls.splice(0, mostCalls)
  }

  async function flush(): Promise<void> {
    const upTo = last
    // every process locks rows in the same order, so that two of them do not deadlock
    const all = [...apps.values()].sort((a, b) => a.corp_no - b.corp_no || a.agentid - b.agentid)
    if (all.length === 0) return
    const corps = [...Map.groupBy(all, ({ corp_no }) => corp_no)]
    await db.batch([
      ...corps.map(([corp_no, some]) =>
        putLatest(
          corp_no,
          some.flatMap(({ agentid, calls }) => calls.slice(-mostCalls).map((call) => rowOf(agentid, process, call))),
        ),
      ),
      ...all.map(({ corp_no, agentid }) => trimLatest(corp_no, agentid, mostCalls)),
    ])
    for (const [key, app] of apps) {
      app.calls = app.calls.filter(({ noted }) => noted > upTo)
      if (app.calls.length === 0) apps.delete(key)
    }
  }

  let flushing = Promise.resolve()
  let isFlushing = false
  const timer = setInterval(() => {
    if (isFlushing || apps.size === 0) return
    isFlushing = true
    flushing = flush()
      .catch(failed)
      .finally(() => {
        isFlushing = false
      })
  }, flushMs)
  timer.unref()

  return {
    note,
    /** The latest calls of an app, the latest first, those in the buffer among them. */
    async of(corp_no: number, agentid: number): Promise<readonly LatestCall[]> {
      // the buffer is read first: a call that is written meanwhile is found twice, and not missed
      const buffered = (apps.get(`${corp_no}/${agentid}`)?.calls ?? []).map((call) => rowOf(agentid, process, call))
      const stored = await db.all<LatestRow>(latestOf(corp_no, agentid, mostCalls))
      const calls = new Map([...stored, ...buffered].map((row) => [`${row.noted} ${row.process}`, row]))
      const latest = [...calls.values()].sort((a, b) => b.noted - a.noted).slice(0, mostCalls)
      return latest.map(({ us, asked, ...call }) => ({ ...call, ms: Math.round(us / 100) / 10, asked: JSON.parse(asked) }))
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await flushing
      await flush().catch(failed)
    },
  }
}

const rowOf = (agentid: number, process: string, { ms, asked, ...call }: Noted): LatestRow => ({
  ...call,
  agentid,
  process,
  us: Math.round(ms * 1000),
  asked: JSON.stringify(asked),
})

const shownFields = ['livingid', 'next_cursor', 'next_key', 'cursor', 'limit', 'id', 'kind', 'reason', 'at', 'min_seconds', 'min_percent']

function askedOf(input: object | undefined) {
  const asked: Record<string, unknown> = {}
  for (const name of shownFields) {
    const value = (input as Record<string, unknown> | undefined)?.[name]
    // the reason asked for in a report is one of a list; that of an excuse is about a person
    if (name === 'reason' && value !== 'missing' && !(reasons as readonly unknown[]).includes(value)) continue
    if (typeof value === 'number') asked[name] = value
    if (typeof value === 'string') asked[name] = short(value)
  }
  return asked
}

/**
 * An errmsg without the value that came, which may be a person's name, and without the hint. The name of an unknown field may hold NUL, which
 * PostgreSQL does not store.
 */
const safe = (errmsg: string) => errmsg.replace(/, (got|hint:).*$/s, '').replaceAll('\0', '\ufffd')

/** A text cut to a length that fits every cursor, so that oversized input does not fill the database. */
const short = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)
