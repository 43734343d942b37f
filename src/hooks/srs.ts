import { type Adapter, json, keyIn, linkIn, type Signal, textIn } from './signal.ts'

/** `hls_window` of SRS where its configuration does not say otherwise. */
const defaultWindowSeconds = 60

/**
 * SRS 5-7 (srs_app_http_hooks.cpp): JSON POST. The reply is 200 with a JSON object whose integer `code` is 0; anything else refuses. SRS
 * reports the stop of an HLS viewer twice `hls_window` after the last request (SRS 6.0.157, recorded with 60 s and 20 s), which is
 * subtracted. It also reports stops without a client_id, which are ignored (ossrs/srs#3330). `service_id` is another one after each start.
 * `on_hls` comes with each segment of a stream.
 */
export const srs: Adapter = {
  kind: 'srs',
  reuses: false,
  hlsWindow: defaultWindowSeconds,
  read({ hook, body, now }): Signal[] {
    const event = json(body)
    const sign = { is: 'sign', run: textIn(event.service_id), isPeriodic: event.action === 'on_hls' } as const
    const name = textIn(event.stream)
    const param = textIn(event.param)
    const isHls = name.endsWith('.m3u8') || param.includes('hls_ctx=') || textIn(event.stream_url).endsWith('.m3u8')
    const stream = name.replace(/\.m3u8$/, '')
    const session = textIn(event.client_id)
    const who = { link: linkIn(param) }
    const publisher = { stream, at: now, publisher: session, key: keyIn(param) }
    switch (event.action) {
      case 'on_play':
        return [sign, { is: 'enter', stream, session, who, at: now }]
      case 'on_stop':
        return session
          ? [sign, { is: 'leave', stream, session, who, at: isHls ? now - 2 * (hook.hls_window || defaultWindowSeconds) : now }]
          : [sign]
      case 'on_publish':
        return [sign, { is: 'publish', ...publisher }]
      case 'on_unpublish':
        return [sign, { is: 'unpublish', ...publisher }]
      // with the name and the parameters of who publishes
      case 'on_hls':
        return [sign, { is: 'publish', ...publisher, isUpdate: true }]
      default:
        return [sign]
    }
  },
  yes: { status: 200, type: 'application/json', body: '{"code":0}' },
  no: { status: 200, type: 'application/json', body: '{"code":403}' },
}
