import { createHash, createHmac } from 'node:crypto'

/** Events of meeting products as the products sign them, for tests that send many hostile ones. */
type Signed = { readonly body: string; readonly headers: Record<string, string> }

const token = 'aBcDeFgHiJkLmNoPqRsTuVwXy'

/** The secret of a hook, by its kind. */
export const meetingSecrets: Readonly<Record<string, string>> = { 'tencent-meeting': token, classin: 'classin secret', zoom: 'zoom secret' }

/** A body with the signature that belongs to it. `event` is any JSON value; where a product signs a field of it, it is an object. */
export const signers: Readonly<Record<string, (event: unknown, now: number) => Signed>> = {
  'tencent-meeting': (event, now) => {
    const data = Buffer.from(JSON.stringify(event) ?? '').toString('base64')
    const [timestamp, nonce] = [String(now), '1']
    const signature = createHash('sha1').update([token, timestamp, nonce, data].sort().join('')).digest('hex')
    return { body: JSON.stringify({ data }), headers: { timestamp, nonce, signature } }
  },
  classin: (event, now) => {
    const SafeKey = createHash('md5').update(`${meetingSecrets.classin}${now}`).digest('hex')
    const isObject = typeof event === 'object' && event !== null && !Array.isArray(event)
    return { body: JSON.stringify(isObject ? { ...event, TimeStamp: now, SafeKey } : event) ?? '', headers: {} }
  },
  zoom: (event, now) => {
    const body = JSON.stringify(event) ?? ''
    const mac = createHmac('sha256', meetingSecrets.zoom as string)
      .update(`v0:${now}:${body}`)
      .digest('hex')
    return { body, headers: { 'x-zm-request-timestamp': String(now), 'x-zm-signature': `v0=${mac}` } }
  },
}

/** An event of a kind, signed. Throws where no test signs that kind. */
export function signedEvent(kind: string, event: unknown, now: number): Signed {
  const sign = signers[kind]
  if (!sign) throw new Error(`${kind}: expected a kind of meeting product`)
  return sign(event, now)
}

/** Events of a meeting whose subject or number is `id`, as the product sends them before they are signed. */
export const meetingEvents: Readonly<Record<string, (id: string, now: number) => object[]>> = {
  'tencent-meeting': (subject, now) =>
    ['participant-joined', 'participant-left', 'end'].map((name) => ({
      event: `meeting.${name}`,
      trace_id: 'e7aa65dd-f7e6-4b62-912c-2035173b34a9',
      payload: [
        {
          operate_time: now * 1000,
          operator: { userid: 'li', uuid: 'u-li', user_name: '李雷', ms_open_id: 'm', instance_id: '1' },
          meeting_info: { meeting_id: '13339451618278424869', meeting_code: '445999969', subject, creator: { userid: 'wang' }, hosts: [] },
        },
      ],
    })),
  classin: (_id, now) => {
    const common = { SID: 1, CourseID: 122982, ClassID: 445999969, ActionTime: now - 1, _id: '5ab0f87aa3251e6e49b9e892' }
    const person = { UID: 1001920, NickName: '李雷', LoginMobile: '0086-13000000000', LoginEmail: '', ClientID: 0, Identity: 1, Device: 0 }
    const Details = [
      { Device: 9, Type: 'In', Time: now - 60 },
      { Device: 9, Type: 'Out', Time: now - 30 },
    ]
    const inoutEnd = { 1001920: { Identity: 1, Total: 30, Details }, 42755570: { Identity: 3, Total: 30, Details } }
    return [
      { ...common, ...person, Cmd: 67371107 },
      { ...common, ...person, Cmd: 67371111, Reason: 1 },
      { ...common, Cmd: 'End', StartTime: now - 90, CloseTime: now, RealCloseTime: now - 20, Data: { inoutEnd } },
      {
        ...common,
        Cmd: 'LiveDataDetail',
        Data: { Telephone: '13000000000', Nickname: '李雷', Intime: now - 50, LookTime: 20, ClientType: 1 },
      },
    ]
  },
  zoom: (topic, now) => {
    const time = new Date(now * 1000).toISOString()
    const named = { id: 'iFxeBPYun6SAiWUzBcEkX', registrant_id: 'r', email: 'li@example.com', user_name: '李雷', customer_key: 'li' }
    const participant = { ...named, user_id: '16778205', participant_uuid: 'p', join_time: time, leave_time: time }
    const object = { id: 85746065, uuid: '4444AAAiAAAAAiAiAiiAii==', host_id: 'x8uNDeJwQJyCS2g7ZkR1Xg', topic, type: 2, end_time: time }
    const event = (name: string, more: object) => ({
      event: name,
      event_ts: now * 1000,
      payload: { account_id: 'a', object: { ...object, ...more } },
    })
    return [
      event('meeting.participant_joined', { participant }),
      event('webinar.participant_left', { participant }),
      event('meeting.participant_joined_breakout_room', { participant, breakout_room_uuid: 'b' }),
      event('meeting.ended', {}),
      { event: 'endpoint.url_validation', event_ts: now * 1000, payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } },
    ]
  },
}
