import { type Adapter, json, linkIn, type Signal, textIn } from './signal.ts'

/**
 * MediaMTX: its HTTP authentication (`authMethod: http`, which covers every protocol and can refuse), and the script of docs/streaming.md
 * that runOnRead and runOnUnread call. A client's first request carries no credentials; the 401 makes it send them.
 */
export const mediamtx: Adapter = {
  kind: 'mediamtx',
  reuses: false,
  read({ body, now }): Signal[] {
    const event = json(body)
    const stream = textIn(event.path)
    const link = linkIn(textIn(event.query)) || textIn(event.token) || textIn(event.password)
    const viewer = { stream, session: textIn(event.id), who: { link } }
    switch (event.action) {
      case 'read':
        return [{ is: 'enter', ...viewer, at: now }]
      case 'unread':
        return [{ is: 'leave', ...viewer, at: now }]
      case 'publish':
        return [{ is: 'publish', stream, at: now }]
      case 'unpublish':
        return [{ is: 'unpublish', stream, at: now }]
      default:
        return []
    }
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  no: { status: 401, type: 'text/plain', body: 'no' },
}
