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
      const asked = Object.fromEntries(
        Object.entries(input ?? {}).filter(([name, value]) => shownFields.includes(name) && ['string', 'number'].includes(typeof value)),
      )
      const kept = apps.get(key) ?? []
      const { path, errmsg, ms } = call
      kept.unshift({ ...call, path: path.split('?')[0] as string, errmsg: safe(errmsg), ms: Math.round(ms * 10) / 10, asked })
      if (kept.length > most) kept.pop()
      // one is made at an app's first call, and apps are few
      apps.set(key, kept)
    },
    of: (corp_no: number, agentid: number): readonly LatestCall[] => apps.get(`${corp_no}/${agentid}`) ?? [],
  }
}

/** Without what was given, which may be somebody's name, and without the hint. */
const safe = (errmsg: string) => errmsg.replace(/, (got|hint:).*$/s, '')
