import { randomUUID } from 'node:crypto'
import type { Db } from '../store/db.ts'
import { reasons } from '../wire/v1/report.ts'
import { type LatestRow, latestOf, putLatest, trimLatest } from './store_latest.ts'

/**
 * The latest calls of each app, whichever process answered them, for whoever develops against it. A call is noted in memory, 1 µs, and
 * once a second what is new goes to the database in one batch. Never a name, a mobile, a token or a secret: of what was sent only the
 * fields that say which page of what was asked for.
 */
export type LatestCall = Omit<LatestRow, 'agentid' | 'noted' | 'process' | 'us' | 'asked'> & {
  ms: number
  asked: Readonly<Record<string, unknown>>
}
type Noted = LatestCall & { noted: number }
export type LatestCalls = ReturnType<typeof latestCalls>

/** Calls of an app that are kept. */
const most = 50
const everyMs = 1000

export function latestCalls(db: Db, failed: (error: unknown) => void) {
  const process = randomUUID()
  /** not handed over yet */
  const apps = new Map<string, { corp_no: number; agentid: number; calls: Noted[] }>()
  let last = 0

  function note({ corp_no, agentid }: { corp_no: number; agentid: number }, call: Omit<LatestCall, 'asked'>, input: object | undefined) {
    const key = `${corp_no}/${agentid}`
    const app = apps.get(key) ?? { corp_no, agentid, calls: [] }
    if (app.calls.length === 0) apps.set(key, app)
    last = Math.max(last + 1, Math.floor((performance.timeOrigin + performance.now()) * 1000))
    const errmsg = call.errcode === 0 ? call.errmsg : short(safe(call.errmsg))
    app.calls.push({ ...call, path: short(call.path), errmsg, asked: askedOf(input), noted: last })
    // the oldest go many at a time
    if (app.calls.length > 2 * most) app.calls.splice(0, most)
  }

  /** What is new, to the database; where that fails it stays for the next time. */
  async function handOver(): Promise<void> {
    const upTo = last
    // everywhere in the same order, so that two processes never wait for each other
    const all = [...apps.values()].sort((a, b) => a.corp_no - b.corp_no || a.agentid - b.agentid)
    if (all.length === 0) return
    const corps = [...Map.groupBy(all, ({ corp_no }) => corp_no)]
    await db.batch([
      ...corps.map(([corp_no, some]) =>
        putLatest(
          corp_no,
          some.flatMap(({ agentid, calls }) => calls.slice(-most).map((call) => rowOf(agentid, process, call))),
        ),
      ),
      ...all.map(({ corp_no, agentid }) => trimLatest(corp_no, agentid, most)),
    ])
    for (const [key, app] of apps) {
      app.calls = app.calls.filter(({ noted }) => noted > upTo)
      if (app.calls.length === 0) apps.delete(key)
    }
  }

  let handing = Promise.resolve()
  let isHanding = false
  const timer = setInterval(() => {
    if (isHanding || apps.size === 0) return
    isHanding = true
    handing = handOver()
      .catch(failed)
      .finally(() => {
        isHanding = false
      })
  }, everyMs)
  timer.unref()

  return {
    note,
    /** The latest first. */
    async of(corp_no: number, agentid: number): Promise<readonly LatestCall[]> {
      // memory before the database: what is handed over meanwhile is seen twice, and not missed
      const here = (apps.get(`${corp_no}/${agentid}`)?.calls ?? []).map((call) => rowOf(agentid, process, call))
      const there = await db.all<LatestRow>(latestOf(corp_no, agentid, most))
      const calls = new Map([...there, ...here].map((row) => [`${row.noted} ${row.process}`, row]))
      const latest = [...calls.values()].sort((a, b) => b.noted - a.noted).slice(0, most)
      return latest.map(({ us, asked, ...call }) => ({ ...call, ms: Math.round(us / 100) / 10, asked: JSON.parse(asked) }))
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await handing
      await handOver().catch(failed)
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
    // the reason of a report is one of a list; that of an excuse says something of somebody
    if (name === 'reason' && value !== 'missing' && !(reasons as readonly unknown[]).includes(value)) continue
    if (typeof value === 'number') asked[name] = value
    if (typeof value === 'string') asked[name] = short(value)
  }
  return asked
}

/** Without what was given, which may be somebody's name, and without the hint. */
const safe = (errmsg: string) => errmsg.replace(/, (got|hint:).*$/s, '')

/** Nobody fills the database with what was refused for its length; a cursor has some 60 characters. */
const short = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text)
