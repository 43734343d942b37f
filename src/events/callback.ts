import { createHmac, randomInt } from 'node:crypto'
import { appOf, sharedKey } from '../access/apps.ts'
import { type SuiteRow, suiteByNumber } from '../access/store.ts'
import type { Db } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { challenge } from './message.ts'
import { readUrl, send } from './post.ts'
import { dropCallback, putCallback, type Receiver, receiver } from './store.ts'

/** Callbacks: the URLs at which apps receive events. Functions throw an `Error` for a person where they are asked for something wrong. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Token and AES key for an app that brings none. They are derived from a key, so that they are the same each time: the receiver must know
 * them before its URL can be verified, which takes running the command twice. 43 characters of base64 are 258 bits for a key of 256, so the
 * last two bits are 0, as strict decoders expect.
 */
function derivedKeys(key: Buffer, corp_no: number, agentid: number) {
  const bytes = (what: string) => [...createHmac('sha512', key).update(`${what}/${corp_no}/${agentid}`).digest()]
  const text = (what: string, length: number) =>
    bytes(what)
      .slice(0, length)
      .map((byte) => alphabet[byte % alphabet.length])
      .join('')
  return { token: text('token', 32), aes_key: `${text('aes_key', 42)}${'AEIMQUYcgkosw048'[(bytes('aes_key')[42] as number) % 16]}` }
}

/**
 * Sets the callback of an app, after verifying the URL as WeCom does (WeCom page 90930): it is sent an encrypted, signed text, and has to
 * answer the text decrypted.
 */
export async function setCallback(
  db: Db,
  secrets: Secrets,
  asked: { corpid: string; agentid: number; url: string; token?: string; aes_key?: string },
  now: number,
  { allowPrivate, timeoutMs = 5000 }: { allowPrivate: boolean; timeoutMs?: number },
) {
  const { corp_no, corpid, agentid, kind, suite_no } = await appOf(db, asked.corpid, asked.agentid)
  const [suite] = suite_no === null ? [] : await db.all<SuiteRow>(suiteByNumber(suite_no))
  const url = readUrl(asked.url).href
  const made = derivedKeys(await sharedKey(db, secrets, 'callback_key'), corp_no, agentid)
  const { token = made.token, aes_key = made.aes_key } = asked
  if (!/^[A-Za-z0-9]{1,32}$/.test(token)) throw new Error('--token: expected 1-32 letters and digits')
  if (!/^[A-Za-z0-9]{43}$/.test(aes_key)) throw new Error('--aes-key: expected 43 letters and digits')
  const to: Receiver = { corp_no, corpid, agentid, kind, suite_id: suite?.suite_id ?? null, url, token, aes_key }
  const echo = String(randomInt(10 ** 12, 10 ** 13))
  const { status, text } = await send(url, { method: 'GET', query: challenge(to, echo, now), timeoutMs, allowPrivate }).catch(
    (error: Error) => {
      throw new Error(`--url: ${url} cannot be asked: ${error.message}`)
    },
  )
  if (status !== 200 || text !== echo)
    throw new Error(
      `--url: ${url} has to answer the GET with the plaintext of echostr and nothing else (${echo}, token ${token}, EncodingAESKey ${aes_key}); it answered ${status} ${JSON.stringify(text.slice(0, 100))}`,
    )
  const row = [corp_no, agentid] as const
  const sealed = { token: secrets.seal(token, 'callback.token', ...row), aes_key: secrets.seal(aes_key, 'callback.aes_key', ...row) }
  await db.batch([putCallback(corp_no, agentid, { url, ...sealed }, now)])
  return { corpid, agentid, url, token, aes_key }
}

/** Deletes the callback of an app. Throws where it has none. */
export async function removeCallback(db: Db, corpid: string, agentid: number) {
  const { corp_no } = await appOf(db, corpid, agentid)
  const [known] = await db.all<Receiver>(receiver(corp_no, agentid))
  if (!known) throw new Error(`app ${agentid} of ${corpid} has no callback`)
  await db.batch(dropCallback(corp_no, agentid))
  return { corpid, agentid, url: null }
}
