/**
 * The latest calls of each app, as one process remembers them, for whoever develops against it. Never a name, a mobile or a token:
 * of what was sent only the fields that say which page of what was asked for.
 */
export type LatestCall = {
  /** unix seconds */
  at: number
  call: string
  method: string
  path: string
  errcode: number
  errmsg: string
  ms: number
  asked: Readonly<Record<string, unknown>>
}
export type LatestCalls = ReturnType<typeof latestCalls>

const shownFields = ['livingid', 'next_cursor', 'next_key', 'cursor', 'limit', 'id', 'kind', 'reason', 'at', 'min_seconds', 'min_percent']

export function latestCalls(most = 50) {
  const apps = new Map<string, LatestCall[]>()
  return {
    note({ corp_no, agentid }: { corp_no: number; agentid: number }, call: Omit<LatestCall, 'asked'>, input: object | undefined): void {
      const key = `${corp_no}/${agentid}`
      const noted = apps.get(key) ?? []
      // one is made at an app's first call, and apps are few
      if (noted.length === 0) apps.set(key, noted)
      const asked: Record<string, unknown> = {}
      for (const name of shownFields) {
        const value = (input as Record<string, unknown> | undefined)?.[name]
        if (typeof value === 'string' || typeof value === 'number') asked[name] = value
      }
      const errmsg = call.errcode === 0 ? call.errmsg : safe(call.errmsg)
      noted.push({ ...call, errmsg, ms: Math.round(call.ms * 10) / 10, asked })
      // the oldest go many at a time
      if (noted.length > 2 * most) noted.splice(0, most)
    },
    of: (corp_no: number, agentid: number): readonly LatestCall[] => (apps.get(`${corp_no}/${agentid}`) ?? []).slice(-most).reverse(),
  }
}

/** Without what was given, which may be somebody's name, and without the hint. */
const safe = (errmsg: string) => errmsg.replace(/, (got|hint:).*$/s, '')
