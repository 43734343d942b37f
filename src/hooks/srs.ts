import { type Adapter, json, linkIn, type Signal, textIn } from './signal.ts'

/** Seconds after the last playlist request at which SRS reports that an HLS viewer left: twice hls_window, which is 60 by default. */
const hlsStopDelaySeconds = 120

/**
 * SRS 5-7 (srs_app_http_hooks.cpp): JSON POST. The reply is 200 with a JSON object whose integer `code` is 0; anything else refuses. SRS
 * reports the stop of an HLS viewer late by `hlsStopDelaySeconds` at least, which is subtracted. It also reports stops without a client_id,
 * which are ignored (ossrs/srs#3330).
 */
export const srs: Adapter = {
  kind: 'srs',
  reuses: false,
  read({ body, now }): Signal[] {
    const event = json(body)
    const name = textIn(event.stream)
    const param = textIn(event.param)
    const isHls = name.endsWith('.m3u8') || param.includes('hls_ctx=') || textIn(event.stream_url).endsWith('.m3u8')
    const stream = name.replace(/\.m3u8$/, '')
    const session = textIn(event.client_id)
    const who = { link: linkIn(param) }
    switch (event.action) {
      case 'on_play':
        return [{ is: 'enter', stream, session, who, at: now }]
      case 'on_stop':
        return session ? [{ is: 'leave', stream, session, who, at: isHls ? now - hlsStopDelaySeconds : now }] : []
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
