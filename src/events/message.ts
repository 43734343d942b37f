import { randomBytes } from 'node:crypto'
import { encrypt, getSignature } from '@wecom/crypto'
import type { EventRow, Receiver } from './store.ts'

/** WeCom's callback transport, page 90930: XML in XML, enciphered with the EncodingAESKey, signed with the Token. */

/** A third-party app's messages name its suite, all others' the school: in the envelope, and at the end of the cipher text. */
const receiveid = ({ kind, suite_id, corpid }: Receiver) => (kind === 'third-party' && suite_id ? suite_id : corpid)

export function plaintext(receiver: Receiver, { event, from_userid, fields, created_at }: EventRow): string {
  const { corpid, kind, suite_id, agentid } = receiver
  const told = JSON.parse(fields) as Record<string, string | number>
  // page 92051; of a living, third-party apps are told as all are (page 94308)
  if (event === 'change_school_contact' && kind === 'third-party' && suite_id)
    return xml({ SuiteId: suite_id, AuthCorpId: corpid, InfoType: event, TimeStamp: created_at, ...told })
  return xml({
    ToUserName: corpid,
    FromUserName: from_userid,
    CreateTime: created_at,
    MsgType: 'event',
    Event: event,
    ...told,
    ...(event === 'living_status_change' && { AgentID: agentid }),
  })
}

/** The query and the body of a POST that carries a message. */
export function sealed(receiver: Receiver, message: string, now: number): { query: Record<string, string>; body: string } {
  const cipher = encrypt(receiver.aes_key, message, receiveid(receiver))
  const body = xml({ ToUserName: receiveid(receiver), AgentID: String(receiver.agentid), Encrypt: cipher })
  return { query: signed(receiver, cipher, now), body }
}

/** The query of the GET that tries an address: `echo` has to come back as it is. */
export function challenge(receiver: Receiver, echo: string, now: number): Record<string, string> {
  const echostr = encrypt(receiver.aes_key, echo, receiveid(receiver))
  return { ...signed(receiver, echostr, now), echostr }
}

function signed({ token }: Receiver, cipher: string, now: number) {
  const timestamp = String(now)
  const nonce = randomBytes(8).readBigUInt64BE().toString()
  return { msg_signature: getSignature(token, timestamp, nonce, cipher), timestamp, nonce }
}

const xml = (fields: Readonly<Record<string, string | number>>) =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`)
    .join('')}</xml>`

/** Characters that XML cannot say at all are left out. */
const cdata = (text: string) =>
  `<![CDATA[${text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
