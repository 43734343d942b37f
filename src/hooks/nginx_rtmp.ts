import { formPairs } from '../request/form_pairs.ts'
import { type Adapter, numberIn, type Signal } from './signal.ts'

/**
 * nginx-rtmp-module (ngx_rtmp_notify_module.c): form POST. A player's own arguments are appended unescaped at the very end, so of a field
 * given twice the first one is the server's. nginx reads the first digit of the reply's status, and cuts the connection where an update is
 * answered with anything but 2xx. `clientid` restarts at 1 with the process.
 */
export const nginxRtmp: Adapter = {
  kind: 'nginx-rtmp',
  reuses: true,
  read({ body, now }): Signal[] {
    const form = formPairs(body.toString('utf8'))
    const stream = form.get('name') ?? ''
    const session = `${form.get('clientid') ?? ''} ${form.get('addr') ?? ''}`
    const who = { link: form.get('link') ?? '' }
    const publisher = { stream, at: now, publisher: session, key: form.get('key') ?? '' }
    switch (form.get('call')) {
      case 'play':
        return [{ is: 'enter', stream, session, who, at: now }]
      case 'update_play':
        return [{ is: 'beat', stream, session, who, at: now, since: now - numberIn(form.get('time')), isUpdate: true }]
      case 'play_done':
        return [{ is: 'leave', stream, session, who, at: now }]
      case 'publish':
        return [{ is: 'publish', ...publisher }]
      case 'update_publish':
        return [{ is: 'publish', ...publisher, isUpdate: true }]
      case 'publish_done':
        return [{ is: 'unpublish', ...publisher }]
      default:
        return []
    }
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  no: { status: 403, type: 'text/plain', body: 'no' },
}
