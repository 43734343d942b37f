import { unescape as unescaped } from 'node:querystring'
import { sha256 } from '../access/token.ts'
import { formPairs, queryPairs } from '../request/form_pairs.ts'
import { type Adapter, json, keyIn, linkIn, type Signal, textIn } from './signal.ts'

/**
 * MediaMTX, in two ways. Its HTTP authentication (`authMethod: http`, which covers every protocol and can refuse) posts JSON that MediaMTX
 * writes itself. A client's first request carries no credentials; the 401 makes it send them. The scripts of docs/streaming.md post a form;
 * what they report stands in the hook's URL, as `&event=unread`, `&event=publish` or `&event=unpublish`. So a reader, whose query is a part of what
 * the script sends, cannot say that the stream is published or gone.
 *
 * Readers of HLS and of the WebRTC page have no `id` (MediaMTX 1.17 to 1.20): each request that is let in is a beat of its link. Whatever is
 * neither reading nor publishing (`api`, `metrics`, `pprof`, `playback`) is refused.
 */
export const mediamtx: Adapter = {
  kind: 'mediamtx',
  reuses: false,
  read({ url, body, now }): Signal[] {
    const reported = queryPairs(url).get('event')
    if (reported !== null) return ofScript(reported, formPairs(body.toString('utf8')), now)
    const event = json(body)
    const stream = streamIn(textIn(event.path))
    const query = textIn(event.query)
    const credentials = textIn(event.token) || textIn(event.password)
    const id = textIn(event.id)
    if (event.action === 'publish') return [{ is: 'publish', stream, at: now, publisher: id, key: keyIn(query) || credentials }]
    if (event.action !== 'read') return [{ is: 'refused' }]
    const link = linkIn(query) || credentials
    const viewer = { stream, who: { link }, at: now }
    if (id) return [{ is: 'enter', ...viewer, session: id }]
    return [{ is: 'beat', ...viewer, session: `${textIn(event.protocol).slice(0, 20)} ${sha256(link)}` }]
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  no: { status: 401, type: 'text/plain', body: 'no' },
}

function ofScript(reported: string, form: URLSearchParams, now: number): Signal[] {
  const stream = streamIn(form.get('path') ?? '')
  const query = form.get('query') ?? ''
  // MediaMTX escapes the query since 1.18.1
  const link = linkIn(query) || linkIn(unescaped(query))
  if (reported === 'unread') return [{ is: 'leave', stream, session: form.get('id') ?? '', who: { link }, at: now }]
  // the scripts run for a stream that was let in, so it needs no key
  const publisher = { stream, at: now, publisher: form.get('id') ?? '' }
  if (reported === 'publish') return [{ is: 'publish', ...publisher, isUpdate: true }]
  return reported === 'unpublish' ? [{ is: 'unpublish', ...publisher }] : []
}

/** The livingid is the last segment of the path. */
const streamIn = (path: string) => path.slice(path.lastIndexOf('/') + 1)
