import { randomBytes } from 'node:crypto'
import { encrypt, signatureOf } from './cipher.ts'
import type { EventRow, Receiver } from './store.ts'

/** Messages in WeCom's callback format (WeCom page 90930): XML, encrypted with the EncodingAESKey, within XML, signed with the Token. */

/** The receiver's id in the envelope and at the end of the plaintext: the suite of a third-party app, the corp of any other. */
const receiveid = ({ kind, suite_id, corpid }: Receiver) => (kind === 'third-party' && suite_id ? suite_id : corpid)

/** The XML of an event before encryption. */
export function plaintext(receiver: Receiver, { event, from_userid, fields, created_at }: EventRow): string {
  const { corpid, kind, suite_id, agentid } = receiver
  const eventFields = JSON.parse(fields) as Record<string, string | number>
  // WeCom page 92051; the event of a living has the same form for all apps (WeCom page 94308)
  if (event === 'change_school_contact' && kind === 'third-party' && suite_id)
    return xml({ SuiteId: suite_id, AuthCorpId: corpid, InfoType: event, TimeStamp: created_at, ...eventFields })
  return xml({
    ToUserName: corpid,
    FromUserName: from_userid,
    CreateTime: created_at,
    MsgType: 'event',
    Event: event,
    ...eventFields,
    ...(event === 'living_status_change' && { AgentID: agentid }),
  })
}

/** The query and the body of the POST that delivers a message. */
export function encrypted(receiver: Receiver, message: string, now: number): { query: Record<string, string>; body: string } {
  const cipher = encrypt(receiver.aes_key, message, receiveid(receiver))
  const body = xml({ ToUserName: receiveid(receiver), AgentID: String(receiver.agentid), Encrypt: cipher })
  return { query: signed(receiver, cipher, now), body }
}

/** The query of the GET that verifies a URL: the receiver has to answer `echo` decrypted. */
export function challenge(receiver: Receiver, echo: string, now: number): Record<string, string> {
  const echostr = encrypt(receiver.aes_key, echo, receiveid(receiver))
  return { ...signed(receiver, echostr, now), echostr }
}

function signed({ token }: Receiver, cipher: string, now: number) {
  const timestamp = String(now)
  const nonce = randomBytes(8).readBigUInt64BE().toString()
  return { msg_signature: signatureOf(token, timestamp, nonce, cipher), timestamp, nonce }
}

const xml = (fields: Readonly<Record<string, string | number>>) =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`)
    .join('')}</xml>`

/** A CDATA section. Characters that XML cannot represent are left out. */
const cdata = (text: string) =>
  `<![CDATA[${text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
