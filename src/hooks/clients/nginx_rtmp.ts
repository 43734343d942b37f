import sax from 'sax'
import { type ClientList, textFrom, withoutQuery } from './client_list.ts'

/**
 * nginx-rtmp: the statistics of `rtmp_stat all`, XML, whose address is the hook's `api` itself. A `client` has `id` and `address`, which are
 * `clientid` and `addr` of the events.
 */
export const nginxClients: ClientList = async ({ api }) => {
  const sessions = new Set<string>()
  const parser = sax.parser(true, { trim: true })
  const path: string[] = []
  let client: Record<string, string> = {}
  parser.onopentag = ({ name }) => {
    path.push(name)
    if (name === 'client') client = {}
  }
  parser.ontext = (text) => {
    if (path.at(-2) === 'client') client[path.at(-1) as string] = text
  }
  parser.onclosetag = (name) => {
    path.pop()
    if (name === 'client') sessions.add(`${client.id ?? ''} ${client.address ?? ''}`)
  }
  parser.onerror = (error) => {
    throw error
  }
  const text = await textFrom(api)
  if (!/<rtmp[\s>]/.test(text)) throw new Error(`${withoutQuery(api)}: expected the statistics of nginx-rtmp`)
  parser.write(text).close()
  return sessions
}
