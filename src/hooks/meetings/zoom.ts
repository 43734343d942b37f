import { createHmac } from 'node:crypto'
import { isEqualText } from '../equal.ts'
import type { MeetingEvent, MeetingReport } from '../meeting_event.ts'
import { type Adapter, type Event, fieldsIn, NotSigned, numberIn, textIn } from '../signal.ts'
import { firstOf, idIn, meetingJson } from './json.ts'

const taken = { status: 200, type: 'application/json', body: '{}' } as const

/** Seconds that the time of a signature may differ from now. */
const signatureSeconds = 300

/**
 * Zoom webhooks (developers.zoom.us/docs/api/webhooks). `x-zm-signature` is "v0=" and the HMAC-SHA256, with the app's Secret Token, of
 * "v0:{x-zm-request-timestamp}:{body}". Meetings and webinars are read alike, and breakout rooms belong to their meeting. The host is no
 * viewer. Somebody who is not signed in is named by e-mail address, registration or name.
 */
export const zoom: Adapter = {
  kind: 'zoom',
  reuses: false,
  read: () => [],
  readMeeting,
  yes: taken,
  no: taken,
}

function readMeeting({ hook, headers, body, now }: Event): MeetingReport {
  const timestamp = String(headers['x-zm-request-timestamp'] ?? '')
  const mac = createHmac('sha256', hook.secret).update(`v0:${timestamp}:`).update(body).digest('hex')
  if (!isEqualText(String(headers['x-zm-signature'] ?? ''), `v0=${mac}`)) throw new NotSigned('x-zm-signature: it does not fit the body')
  if (Math.abs(numberIn(timestamp) - now) > signatureSeconds)
    throw new NotSigned(`x-zm-request-timestamp: expected at most ${signatureSeconds} seconds from now`)
  const event = meetingJson(body)
  const payload = fieldsIn(event.payload)
  if (event.event === 'endpoint.url_validation') return { events: [], answer: validated(hook.secret, textIn(payload.plainToken)) }
  return { events: eventsIn(textIn(event.event), fieldsIn(payload.object), now) }
}

/** The answer to the check of the URL. A token that could be the text of a signature is refused: the answer would sign it. */
function validated(secret: string, plainToken: string): string {
  if (!/^[\w+/=-]{1,200}$/.test(plainToken)) throw new SyntaxError('plainToken: expected letters and digits')
  return JSON.stringify({ plainToken, encryptedToken: createHmac('sha256', secret).update(plainToken).digest('hex') })
}

type Fields = Readonly<Record<string, unknown>>

function eventsIn(name: string, object: Fields, now: number): MeetingEvent[] {
  const [, verb, room] = /^(?:meeting|webinar)\.(ended|participant_joined|participant_left)(_breakout_room)?$/.exec(name) ?? []
  const meeting = { instance: idIn(object.uuid), names: [idIn(object.id)].filter(Boolean), subject: textIn(object.topic) }
  if (verb === 'ended') return [{ is: 'end', meeting, at: secondsIn(object.end_time) || now }]
  if (!verb) return []
  const { id, user_id, participant_uuid, email, registrant_id, customer_key, user_name, join_time, leave_time } = fieldsIn(
    object.participant,
  )
  if (idIn(id) !== '' && idIn(id) === idIn(object.host_id)) return []
  const [userid, named] = [idIn(customer_key), textIn(user_name)]
  const identity = firstOf(userid, textIn(email).toLowerCase(), idIn(id), idIn(registrant_id), named)
  const session = `${firstOf(idIn(user_id), idIn(participant_uuid))}${room ? ` ${idIn(object.breakout_room_uuid)}` : ''}`
  const person = { identity, name: named, ...(userid && { userid }) }
  const isJoin = verb === 'participant_joined'
  return [{ is: isJoin ? 'join' : 'leave', meeting, session, person, at: secondsIn(isJoin ? join_time : leave_time) || now }]
}

/** Unix seconds of a time such as 2026-11-26T10:00:12Z; 0 where it is none. */
function secondsIn(value: unknown): number {
  const text = textIn(value)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/.test(text)) return 0
  return Math.floor(Date.parse(text) / 1000) || 0
}
