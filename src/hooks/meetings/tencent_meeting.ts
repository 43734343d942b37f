import { queryPairs } from '../../request/form_pairs.ts'
import { isEqualText } from '../equal.ts'
import type { MeetingEvent, MeetingReport } from '../meeting_event.ts'
import { type Adapter, type Event, fieldsIn, NotSigned, numberIn, textIn } from '../signal.ts'
import { elementsIn, firstOf, idIn, meetingJson } from './json.ts'
import { decrypt, signatureOf } from './tencent_cipher.ts'

const taken = { status: 200, type: 'text/plain', body: 'successfully received callback' } as const

/**
 * 腾讯会议 webhook (cloud.tencent.com/document/product/1095/51612, meeting.tencent.com/support/topic/588). The hook's secret is the Token, or
 * "Token:EncodingAESKey". The URL is checked with a GET, whose answer is the decoded `check_str`. An event is `{"data": …}`, base64 of
 * JSON, encrypted where there is a key. The headers `timestamp`, `nonce` and `signature` sign it. The operator of a join or a leave is who
 * joined or left; the creator and the hosts of the meeting are no viewers.
 */
export const tencentMeeting: Adapter = {
  kind: 'tencent-meeting',
  reuses: false,
  read: () => [],
  readMeeting,
  yes: taken,
  no: taken,
}

function readMeeting({ hook, headers, url, body, now }: Event): MeetingReport {
  const [token = '', aesKey = ''] = hook.secret.split(':')
  // base64 has no space: one that is there was a "+" that nobody had escaped
  const checked = queryPairs(url).get('check_str')?.replaceAll(' ', '+')
  const data = checked ?? textIn(meetingJson(body).data)
  const signature = signatureOf(token, String(headers.timestamp ?? ''), String(headers.nonce ?? ''), data)
  if (!isEqualText(String(headers.signature ?? ''), signature)) throw new NotSigned('signature: it does not fit token and data')
  if (checked !== undefined) return { events: [], answer: checkedText(aesKey, checked) }
  const text = aesKey ? decrypt(aesKey, data) : Buffer.from(data, 'base64').toString('utf8')
  const event = meetingJson(Buffer.from(text))
  const name = textIn(event.event)
  return { events: elementsIn(event.payload).flatMap((payload) => eventIn(name, fieldsIn(payload), now)) }
}

/** The documents do not agree on whether `check_str` is encrypted where there is a key: what cannot be decrypted is only decoded. */
function checkedText(aesKey: string, checked: string): string {
  try {
    if (aesKey) return decrypt(aesKey, checked)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return Buffer.from(checked, 'base64').toString('utf8')
}

function eventIn(name: string, payload: Readonly<Record<string, unknown>>, now: number): MeetingEvent[] {
  const info = fieldsIn(payload.meeting_info)
  const meetingId = idIn(info.meeting_id)
  const meeting = {
    // a meeting that is held again and again has one id, and an id for each time it is held
    instance: [meetingId, idIn(info.sub_meeting_id)].filter(Boolean).join(' '),
    names: [meetingId, idIn(info.meeting_code)].filter(Boolean),
    subject: textIn(info.subject),
  }
  const at = Math.floor(numberIn(payload.operate_time) / 1000) || now
  if (name === 'meeting.end') return [{ is: 'end', meeting, at }]
  if (name !== 'meeting.participant-joined' && name !== 'meeting.participant-left') return []
  const operator = fieldsIn(payload.operator)
  const [userid, uuid, user_name] = [idIn(operator.userid), idIn(operator.uuid), textIn(operator.user_name)]
  if ([info.creator, ...elementsIn(info.hosts)].some((host) => isSame(fieldsIn(host), userid, uuid))) return []
  const identity = firstOf(userid, uuid, user_name)
  const session = `${firstOf(uuid, userid, idIn(operator.ms_open_id), user_name)} ${idIn(operator.instance_id)}`
  const person = { identity, name: user_name, ...(userid && { userid }) }
  return [{ is: name === 'meeting.participant-joined' ? 'join' : 'leave', meeting, session, person, at }]
}

const isSame = (host: Readonly<Record<string, unknown>>, userid: string, uuid: string) =>
  (userid !== '' && idIn(host.userid) === userid) || (uuid !== '' && idIn(host.uuid) === uuid)
