import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encrypt, signatureOf } from '../../src/events/cipher.ts'
import { plaintext } from '../../src/events/message.ts'
import { aes_key, opened } from './receiver.ts'

/** Test vectors published by WeCom, so that the encryption is compared with WeCom's and not with itself. */

test("the signatures are those of WeCom's samples of a trial GET and a message (WeCom page 90968)", () => {
  const echostr = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=='
  assert.equal(signatureOf('QDG6eK', '1409659589', '263014780', echostr), '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3')
  // the receiver of these tests, which shares no code with src/events, reads WeCom's samples
  assert.deepEqual(opened(echostr), { message: '1616140317555161061', receiveid: 'wx5823bf96d3bd56c7' })
  const posted =
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=='
  assert.equal(signatureOf('QDG6eK', '1409659813', '1372623149', posted), '477715d11cdb4164915debcba66cb864d751f3e6')
  assert.match(opened(posted).message, /<Content><!\[CDATA\[hello\]\]><\/Content>/)
})

test("the cipher encrypts to the text of WeCom's Java sample, given the same random bytes", () => {
  const made = encrypt(
    'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    '我是中文abcd123',
    'wxb11529c136998cb6',
    Buffer.from('aaaabbbbccccdddd'),
  )
  assert.equal(made, 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==')
})

test('a message of any length is read as it was sent', () => {
  for (let length = 0; length <= 100; length++) {
    const message = '信'.repeat(length)
    assert.deepEqual(opened(encrypt(aes_key, message, 'wwschool')), { message, receiveid: 'wwschool' })
  }
  assert.notEqual(encrypt(aes_key, 'a', 'b'), encrypt(aes_key, 'a', 'b'), 'the random bytes differ')
  assert.throws(() => encrypt('short', 'a', 'b'), /EncodingAESKey: expected 43 characters of base64/)
})

const receiver = {
  corp_no: 1,
  agentid: 1000002,
  corpid: 'wwschool',
  kind: 'self-built',
  suite_id: null,
  url: '',
  token: '',
  aes_key: '',
}
const living = { event_no: 1, event: 'living_status_change', from_userid: 'wang', created_at: 1348831860, attempts: 0 }

test('a living event has the elements of WeCom page 94145 in their order', () => {
  assert.equal(
    plaintext(receiver, { ...living, fields: JSON.stringify({ LivingId: 'LivingId', Status: 1 }) }),
    '<xml><ToUserName><![CDATA[wwschool]]></ToUserName><FromUserName><![CDATA[wang]]></FromUserName><CreateTime>1348831860</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[living_status_change]]></Event><LivingId><![CDATA[LivingId]]></LivingId><Status>1</Status><AgentID>1000002</AgentID></xml>',
  )
})

test('no text can close its XML element, and characters that XML forbids are removed or replaced', () => {
  const text = plaintext(receiver, { ...living, from_userid: 'a]]><b>\u0000\ud800&', fields: '{}' })
  assert.match(text, /<FromUserName><!\[CDATA\[a\]\]\]\]><!\[CDATA\[><b>\ufffd&\]\]><\/FromUserName>/)
})

test("a third-party app gets contact events in the suite's form (WeCom page 92051), living events like any app (94308)", () => {
  const third = { ...receiver, kind: 'third-party', suite_id: 'wwsuite' }
  const contact = { ...living, event: 'change_school_contact', from_userid: 'sys' }
  assert.equal(
    plaintext(third, { ...contact, fields: JSON.stringify({ ChangeType: 'update_student', Id: 'li', NewId: 'li2' }) }),
    '<xml><SuiteId><![CDATA[wwsuite]]></SuiteId><AuthCorpId><![CDATA[wwschool]]></AuthCorpId><InfoType><![CDATA[change_school_contact]]></InfoType><TimeStamp>1348831860</TimeStamp><ChangeType><![CDATA[update_student]]></ChangeType><Id><![CDATA[li]]></Id><NewId><![CDATA[li2]]></NewId></xml>',
  )
  assert.match(plaintext(third, { ...living, fields: '{}' }), /^<xml><ToUserName><!\[CDATA\[wwschool\]\]>/)
  assert.match(plaintext({ ...third, kind: 'delegated' }, { ...contact, fields: '{}' }), /^<xml><ToUserName>/)
})
