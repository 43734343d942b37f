import { textIn } from '../signal.ts'
import { addressOf, type ClientList, listIn, textFrom } from './client_list.ts'

const lists = ['rtmpconns', 'rtspsessions', 'webrtcsessions', 'srtconns']
const pageLength = 1000

/** MediaMTX: `GET /v3/{protocol}/list`, for each protocol whose connections have an id. A protocol that is switched off answers 404 or 400. */
export const mediamtxClients: ClientList = async (hook) => {
  const sessions = new Set<string>()
  let answered = 0
  let refusal: unknown
  for (const list of lists)
    try {
      for (let page = 0; ; page++) {
        const url = addressOf(hook, `/v3/${list}/list?itemsPerPage=${pageLength}&page=${page}`)
        const items = listIn(await textFrom(url), 'items', url)
        for (const { id } of items) sessions.add(textIn(id))
        if (items.length < pageLength) break
      }
      answered++
    } catch (error) {
      refusal = error
    }
  if (answered === 0) throw refusal
  return sessions
}
