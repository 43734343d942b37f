import { unescape as unescaped } from 'node:querystring'
import { formPairs, queryPairs } from '../request/form_pairs.ts'
import { type Adapter, json, linkIn, type Signal, textIn } from './signal.ts'

/**
 * MediaMTX, in two ways. Its HTTP authentication (`authMethod: http`, which covers every protocol and can refuse) posts JSON that MediaMTX
 * writes itself. A client's first request carries no credentials; the 401 makes it send them. The scripts of docs/streaming.md post a form;
 * what they report stands in the hook's URL, as `&event=unread` or `&event=unpublish`. So a reader, whose query is a part of what
 * the script sends, cannot say that the stream is published or gone.
 */
export const mediamtx: Adapter = {
  kind: 'mediamtx',
  reuses: false,
  read({ url, body, now }): Signal[] {
    const reported = queryPairs(url).get('event')
    if (reported !== null) return ofScript(reported, formPairs(body.toString('utf8')), now)
    const event = json(body)
    const stream = textIn(event.path)
    const link = linkIn(textIn(event.query)) || textIn(event.token) || textIn(event.password)
    if (event.action === 'read') return [{ is: 'enter', stream, session: textIn(event.id), who: { link }, at: now }]
    if (event.action === 'publish') return [{ is: 'publish', stream, at: now }]
    return []
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  no: { status: 401, type: 'text/plain', body: 'no' },
}

function ofScript(reported: string, form: URLSearchParams, now: number): Signal[] {
  const stream = form.get('path') ?? ''
  const query = form.get('query') ?? ''
  // MediaMTX escapes the query since 1.18.1
  const link = linkIn(query) || linkIn(unescaped(query))
  if (reported === 'unread') return [{ is: 'leave', stream, session: form.get('id') ?? '', who: { link }, at: now }]
  return reported === 'unpublish' ? [{ is: 'unpublish', stream, at: now }] : []
}
