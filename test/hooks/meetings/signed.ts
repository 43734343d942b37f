import { createHash } from 'node:crypto'

/** Events of meeting products as the products sign them, for tests that send many hostile ones. */
type Signed = { readonly body: string; readonly headers: Record<string, string> }

const token = 'aBcDeFgHiJkLmNoPqRsTuVwXy'

/** The secret of a hook, by its kind. */
export const meetingSecrets: Readonly<Record<string, string>> = { 'tencent-meeting': token }

/** A body with the signature that belongs to it. `event` is any JSON value; where a product signs a field of it, it is an object. */
export const signers: Readonly<Record<string, (event: unknown, now: number) => Signed>> = {
  'tencent-meeting': (event, now) => {
    const data = Buffer.from(JSON.stringify(event) ?? '').toString('base64')
    const [timestamp, nonce] = [String(now), '1']
    const signature = createHash('sha1').update([token, timestamp, nonce, data].sort().join('')).digest('hex')
    return { body: JSON.stringify({ data }), headers: { timestamp, nonce, signature } }
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
}
