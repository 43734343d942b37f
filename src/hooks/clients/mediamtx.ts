import { textIn } from '../signal.ts'
import type { HookRow } from '../store.ts'
import { addressOf, type ClientList, listIn, StatusError, textFrom } from './client_list.ts'

const lists = ['rtmpconns', 'rtmpsconns', 'rtspsessions', 'rtspssessions', 'webrtcsessions', 'srtconns']
const pageLength = 1000

/** MediaMTX: `GET /v3/{protocol}/list`, for each protocol whose connections have an id. A protocol that is switched off answers 404 or 400. */
export const mediamtxClients: ClientList = async (hook) => {
  const sessions = new Set<string>()
  let refusal: StatusError | undefined
  let answered = 0
  for (const list of lists)
    try {
      await addAll(hook, list, sessions)
      answered++
    } catch (error) {
      if (!(error instanceof StatusError) || ![400, 404].includes(error.status)) throw error
      refusal = error
    }
  if (answered === 0 && refusal) throw refusal
  return sessions
}

async function addAll(hook: HookRow, list: string, sessions: Set<string>): Promise<void> {
  for (let page = 0; ; page++) {
    const url = addressOf(hook, `/v3/${list}/list?itemsPerPage=${pageLength}&page=${page}`)
    const items = listIn(await textFrom(url), 'items', url)
    const before = sessions.size
    for (const { id } of items) sessions.add(textIn(id))
    if (items.length < pageLength || sessions.size === before) return
  }
}
