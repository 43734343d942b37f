import { textIn } from '../signal.ts'
import { addressOf, type ClientList, listIn, textFrom } from './client_list.ts'

const pageLength = 1000

/**
 * SRS: `GET /api/v1/clients/`, without whose last slash it redirects, lists publishers and players, 10 at a time unless `count` says
 * otherwise. `id` is the `client_id` of the events.
 */
export const srsClients: ClientList = async (hook) => {
  const sessions = new Set<string>()
  for (let start = 0; ; start += pageLength) {
    const url = addressOf(hook, `/api/v1/clients/?start=${start}&count=${pageLength}`)
    const clients = listIn(await textFrom(url), 'clients', url)
    const before = sessions.size
    for (const { id } of clients) sessions.add(textIn(id))
    // a server that does not know `start` would answer the same page for ever
    if (clients.length < pageLength || sessions.size === before) return sessions
  }
}
