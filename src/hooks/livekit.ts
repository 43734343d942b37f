import { createHash, timingSafeEqual } from 'node:crypto'
import { jwtVerify } from 'jose'
import { type Adapter, fieldsIn, json, NotSigned, numberIn, type Signal, textIn } from './signal.ts'

/** Kinds of participant that feed the room or record it, and so are no viewers: their names, and their numbers in older servers. */
const machineKinds = new Set<unknown>(['INGRESS', 'EGRESS', 'SIP', 'AGENT', 'CONNECTOR', 'BRIDGE', 1, 2, 3, 4, 7, 8])

/**
 * LiveKit (livekit_webhook.proto, webhook/): `Authorization` is a bare JWT, HS256 with the API secret, whose claim `sha256` is the
 * base64 hash of the body's bytes. 64-bit numbers may come as strings. The hook's secret is "APIKEY:SECRET". The room's name is the
 * livingid, the participant's identity "student" or "parent/student", or a link. Two devices of one identity have two sessions, so one of
 * them leaving does not end the other's stay. A room begins when anybody opens it, so only a track that is published starts the living.
 */
export const livekit: Adapter = {
  kind: 'livekit',
  reuses: false,
  isTimed: true,
  async read({ hook, headers, body, now }): Promise<Signal[]> {
    const token = String(headers.authorization ?? '').replace(/^Bearer\s+/i, '')
    const [issuer = '', secret = ''] = hook.secret.split(/:(.*)/s)
    const { payload } = await jwtVerify(token, Buffer.from(secret), {
      issuer,
      algorithms: ['HS256'],
      clockTolerance: 60,
      currentDate: new Date(now * 1000),
    }).catch(() => {
      throw new NotSigned('authorization: not a token of this server')
    })
    const hash = createHash('sha256').update(body).digest()
    const claimed = Buffer.from(textIn(payload.sha256), 'base64')
    if (claimed.length !== hash.length || !timingSafeEqual(claimed, hash)) throw new NotSigned('authorization: the body is another one')

    const event = json(body)
    const at = numberIn(event.createdAt) || now
    const stream = textIn(fieldsIn(event.room).name)
    const { sid, identity, joinedAt, kind } = fieldsIn(event.participant)
    if (event.event === 'track_published') return [{ is: 'publish', stream, at, publisher: '' }]
    if (event.event === 'room_finished') return [{ is: 'unpublish', stream, at, publisher: '', isRoomClosed: true }]
    if (!textIn(sid) || machineKinds.has(kind)) return []
    const viewer = { stream, session: textIn(sid), who: who(textIn(identity)) }
    const since = numberIn(joinedAt) || at
    if (event.event === 'participant_joined') return [{ is: 'enter', ...viewer, at: since }]
    if (event.event === 'participant_left') return [{ is: 'leave', ...viewer, at, since }]
    if (event.event === 'participant_connection_aborted') return [{ is: 'leave', ...viewer, at, since, isAborted: true }]
    return []
  },
  yes: { status: 200, type: 'text/plain', body: 'ok' },
  // LiveKit asks for no permission: an event about somebody unknown is answered like any other
  no: { status: 200, type: 'text/plain', body: 'unknown' },
}

/** An identity that is a link: a JWT has two dots and more than 100 characters, a userid has at most 64. */
const who = (identity: string) => (identity.split('.').length === 3 && identity.length > 100 ? { link: identity } : { identity })
