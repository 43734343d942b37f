import { adapters } from '../../../src/hooks/hook.ts'
import { validMeetingEvent } from '../../../src/hooks/meeting_event.ts'
import { meetingKey } from '../../../src/hooks/meetings/livings.ts'
import { meetingEvents, meetingSecrets, signedEvent } from './signed.ts'

/** Calls that read events of a meeting product: signed ones with a text in their fields, and ones in which it stands for the signature. */
export function meetingReadings(kind: string, text: string): (() => unknown)[] {
  const server = { api: '', hls_window: 0, run: '', seen_at: 0, has_signs: 0 }
  const hook = {
    corp_no: 1,
    hook_no: 1,
    agentid: 1,
    kind,
    key_hash: '',
    secret: meetingSecrets[kind] as string,
    url: 'http://x/',
    ...server,
  }
  const read = (body: string, headers: Record<string, string>, query = '') =>
    adapters[kind]?.readMeeting?.({ hook, headers, url: `/v1/hooks/${kind}?key=a${query}`, body: Buffer.from(body), now: 1000 })
  return [
    () => read(text, { signature: text, timestamp: text, nonce: text, 'x-zm-signature': text, 'x-zm-request-timestamp': text }),
    () => read('', { signature: text }, `&check_str=${text}`),
    ...(meetingEvents[kind]?.('L', 1000) ?? []).flatMap((event) =>
      // some ten fields, of which a character may become six in JSON
      filled(event, text.slice(0, text.length / 64)).map((each) => {
        const { body, headers } = signedEvent(kind, each, 1000)
        return () => read(body, headers)?.events.map((one) => validMeetingEvent(one, 1000))
      }),
    ),
  ]
}

/** `like` with a text behind all of its texts, and with the text instead of them, except the name of the event. */
const filled = (like: object, text: string): unknown[] => [
  JSON.parse(JSON.stringify(like), (_, value) => (typeof value === 'string' ? `${value}${text}` : value)),
  JSON.parse(JSON.stringify(like), (name, value) => (typeof value === 'string' && !/^(event|Cmd)$/.test(name) ? text : value)),
]

/** Calls that validate events with a text in each field. */
export function meetingValidations(text: string): (() => unknown)[] {
  const person = { identity: 'a', name: text, userid: text, mobile: text }
  const meeting = { instance: 'm', names: ['1'], subject: text }
  return [
    () => validMeetingEvent({ is: 'join', meeting, session: 'a', person, at: 1000 }, 1000),
    () => validMeetingEvent({ is: 'end', meeting: { instance: text, names: [text], subject: '' }, at: 1000 }, 1000),
    () => meetingKey(text),
  ]
}
