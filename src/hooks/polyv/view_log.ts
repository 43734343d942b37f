import { createHash } from 'node:crypto'
import { fieldsIn, numberIn } from '../signal.ts'

/** The account at 保利威 (Polyv) whose view log is read. */
export type PolyvAccount = { readonly base: string; readonly appId: string; readonly appSecret: string; readonly fetch?: typeof fetch }

/** One play of the log, as `GET /live/v2/statistics/{channelId}/viewlog` answers it. Its values are not checked. */
export type ViewRecord = Readonly<Record<string, unknown>>

const pageSize = 1000
/** Far more than a school has: a log that never ends is a fault of the far end. */
const mostPages = 1000
const timeoutMs = 30_000

/**
 * The signature of a request (polyv.gitbook.io/document/docs/live/api/buildsign): the MD5, in upper case, of the parameters that are not
 * empty, sorted by name, each name followed by its value, between the secret and the secret.
 */
export function signOf(parameters: Readonly<Record<string, string>>, appSecret: string): string {
  const text = Object.entries(parameters)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat()
    .join('')
  return createHash('md5')
    .update(appSecret + text + appSecret)
    .digest('hex')
    .toUpperCase()
}

/**
 * Reads the log of a channel page by page.
 *
 * @param from unix milliseconds; `to` too, of the same month in China, which the service asks for
 * @param clockMs answers the current time in unix milliseconds: a request is valid for three minutes
 * @throws an error that says what the service answered, where it is no page
 */
export async function* viewLogPages(
  account: PolyvAccount,
  channel: string,
  from: number,
  to: number,
  clockMs: () => number,
): AsyncGenerator<ViewRecord[]> {
  for (let page = 1; page <= mostPages; page++) {
    const parameters = {
      appId: account.appId,
      timestamp: String(clockMs()),
      startTime: String(from),
      endTime: String(to),
      page: String(page),
      pageSize: String(pageSize),
    }
    const { contents, totalItems } = await pageOf(account, channel, parameters)
    yield contents
    if (contents.length < pageSize || (totalItems > 0 && page * pageSize >= totalItems)) return
  }
  throw new Error(`the view log of channel ${channel} has more than ${mostPages * pageSize} records between two pulls`)
}

async function pageOf(account: PolyvAccount, channel: string, parameters: Readonly<Record<string, string>>) {
  const url = new URL(`/live/v2/statistics/${encodeURIComponent(channel)}/viewlog`, account.base)
  url.search = new URLSearchParams({ ...parameters, sign: signOf(parameters, account.appSecret) }).toString()
  const response = await (account.fetch ?? fetch)(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
  const text = await response.text()
  const answer = parsed(text)
  const { contents, totalItems } = fieldsIn(answer.data)
  // the URL contains a signature, so the error does not name it
  if (numberIn(answer.code) !== 200 || !Array.isArray(contents))
    throw new Error(
      `保利威 answered HTTP ${response.status} ${JSON.stringify(text.slice(0, 200))}: expected code 200 and a page of the log`,
    )
  return { contents: contents.map(fieldsIn), totalItems: numberIn(totalItems) }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsIn(JSON.parse(text))
  } catch {
    return {}
  }
}
