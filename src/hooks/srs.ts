import { type Adapter, json, linkIn, type Signal, textIn } from './signal.ts'

/** Seconds after the last playlist request at which SRS tells that an HLS viewer left: twice hls_window, which is 60 by default. */
const hlsLate = 120

/**
 * SRS 5-7 (srs_app_http_hooks.cpp): JSON POST; the reply is 200 with a JSON object whose integer `code` is 0, anything else refuses.
 * An HLS stop is late by `hlsLate` at least, which is taken off; an extra stop has no client_id (ossrs/srs#3330).
 */
export const srs: Adapter = {
  kind: 'srs',
  reuses: false,
  read({ body, now }): Signal[] {
    const event = json(body)
    const named = textIn(event.stream)
    const param = textIn(event.param)
    const isHls = named.endsWith('.m3u8') || param.includes('hls_ctx=') || textIn(event.stream_url).endsWith('.m3u8')
    const stream = named.replace(/\.m3u8$/, '')
    const session = textIn(event.client_id)
    const who = { link: linkIn(param) }
    switch (event.action) {
      case 'on_play':
        return [{ is: 'enter', stream, session, who, at: now }]
      case 'on_stop':
        return session ? [{ is: 'leave', stream, session, who, at: isHls ? now - hlsLate : now }] : []
      case 'on_publish':
        return [{ is: 'publish', stream, at: now }]
      case 'on_unpublish':
        return [{ is: 'unpublish', stream, at: now }]
      default:
        return []
    }
  },
  yes: { status: 200, type: 'application/json', body: '{"code":0}' },
  no: { status: 200, type: 'application/json', body: '{"code":403}' },
}
