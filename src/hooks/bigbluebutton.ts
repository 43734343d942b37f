import { createHash } from 'node:crypto'
import { formPairs, queryPairs } from '../request/form_pairs.ts'
import { isEqualText } from './equal.ts'
import { type Adapter, fieldsIn, NotSigned, numberIn, type Signal, textIn } from './signal.ts'

const algorithms: Record<number, string> = { 40: 'sha1', 64: 'sha256', 96: 'sha384', 128: 'sha512' }

/**
 * BigBlueButton webhooks (bbb-webhooks 3.5): a form whose field `event` is a JSON array. `checksum` in the query is the hash of the callback
 * URL as it was registered, the raw body and the secret; its length tells which hash function was used. The reply to an event is always
 * 200, since bbb-webhooks takes a 401 for success. The external meeting id is the livingid, the external user id "student" or
 * "parent/student".
 */
export const bigbluebutton: Adapter = {
  kind: 'bigbluebutton',
  reuses: false,
  isTimed: true,
  read({ hook, headers, url, body, now }): Signal[] {
    checkSignature(hook, url, String(headers.authorization ?? ''), body)
    const messages: unknown = JSON.parse(formPairs(body.toString('utf8')).get('event') ?? '[]')
    if (!Array.isArray(messages)) throw new SyntaxError('event: expected a JSON array')
    return messages.flatMap((message: unknown): Signal[] => {
      const data = fieldsIn(fieldsIn(message).data)
      const attributes = fieldsIn(data.attributes)
      const meeting = fieldsIn(attributes.meeting)
      const user = fieldsIn(attributes.user)
      const stream = textIn(meeting['external-meeting-id'])
      const at = Math.floor(numberIn(fieldsIn(data.event).ts) / 1000) || now
      const viewer = {
        stream,
        session: `${textIn(meeting['internal-meeting-id'])} ${textIn(user['internal-user-id'])}`,
        who: { identity: textIn(user['external-user-id']) },
      }
      if (data.id === 'meeting-created') return [{ is: 'publish', stream, at, publisher: '' }]
      if (data.id === 'meeting-ended') return [{ is: 'unpublish', stream, at, publisher: '', isRoomClosed: true }]
      if (data.id === 'user-joined') return [{ is: 'enter', ...viewer, at }]
      if (data.id === 'user-left') return [{ is: 'leave', ...viewer, at }]
      return []
    })
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  no: { status: 200, type: 'text/plain', body: 'unknown' },
}

function checkSignature(hook: { secret: string; url: string }, url: string, authorization: string, body: Buffer): void {
  if (authorization && isEqualText(authorization, `Bearer ${hook.secret}`)) return
  const checksum = queryPairs(url).get('checksum') ?? ''
  const algorithm = algorithms[checksum.length]
  if (!algorithm) throw new NotSigned('checksum: expected one of sha1 to sha512')
  const expected = createHash(algorithm).update(hook.url).update(body).update(hook.secret).digest('hex')
  if (!isEqualText(checksum.toLowerCase(), expected)) throw new NotSigned('checksum: it does not fit URL, body and secret')
}
