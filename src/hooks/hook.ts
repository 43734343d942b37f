import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../access/token.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import type { Secrets } from '../store/secrets.ts'
import { clientLists } from './ask_servers.ts'
import { bigbluebutton } from './bigbluebutton.ts'
import { livekit } from './livekit.ts'
import { mediamtx } from './mediamtx.ts'
import { classin } from './meetings/classin.ts'
import { checkMeetingSecret } from './meetings/secret.ts'
import { tencentMeeting } from './meetings/tencent_meeting.ts'
import { zoom } from './meetings/zoom.ts'
import { nginxRtmp } from './nginx_rtmp.ts'
import { keyedKinds } from './publish_key.ts'
import type { Adapter } from './signal.ts'
import { srs } from './srs.ts'
import { deleteHook, type HookRow, hookByNumber, hooksOf, insertHook } from './store.ts'

/** The adapters by the kind of their server. */
export const adapters: Readonly<Record<string, Adapter>> = Object.fromEntries(
  [nginxRtmp, srs, livekit, mediamtx, bigbluebutton, tencentMeeting, classin, zoom].map((adapter) => [adapter.kind, adapter]),
)

/** A hook's key, 32 bytes: 4 of corp_no, 4 of hook_no, so that the row is found by its primary key, and 24 random ones. */
function makeKey(corp_no: number, hook_no: number): string {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(corp_no, 0)
  head.writeUInt32BE(hook_no, 4)
  return Buffer.concat([head, randomBytes(24)]).toString('base64url')
}

/** Adds a hook. `base` is the address under which the streaming server reaches this one; the key in the URL is shown once. */
export async function addHook(
  db: Db,
  secrets: Secrets,
  asked: { corp_no: number; agentid: number; kind: string; secret?: string; base: string; api?: string; hlsWindow?: number },
  now: number,
) {
  const { corp_no, agentid, kind, secret = '', base, api = '', hlsWindow = 0 } = asked
  if (!adapters[kind]) throw new Error(`--kind: expected ${Object.keys(adapters).join(', ')}, got ${JSON.stringify(kind)}`)
  if (kind === 'livekit' && !/^[^:]+:.+/.test(secret)) throw new Error('--secret: expected APIKEY:SECRET of the LiveKit server')
  if (kind === 'bigbluebutton' && !secret) throw new Error('--secret: expected the shared secret of the BigBlueButton server')
  checkMeetingSecret(kind, secret)
  if (api && !clientLists[kind])
    throw new Error(`--api: expected it for ${Object.keys(clientLists).join(', ')} only: ${kind} has no list of connections`)
  if (api && !/^https?:\/\/[^\s"'<>@]+$/.test(api))
    throw new Error('--api: expected an http or https address without a name and a password')
  if (hlsWindow && !adapters[kind].hlsWindow) throw new Error(`--hls-window: expected it for srs only, got it for ${kind}`)
  return retryOnConflict(async () => {
    const hooks = await db.all<HookRow>(hooksOf(corp_no))
    const hook_no = (hooks.at(-1)?.hook_no ?? 0) + 1
    const key = makeKey(corp_no, hook_no)
    const url = `${base.replace(/\/+$/, '')}/v1/hooks/${kind}?key=`
    const sealed = secret && secrets.seal(secret, 'hook.secret', corp_no, hook_no)
    await db.batch([
      insertHook({ corp_no, hook_no, agentid, kind, key_hash: sha256(key), secret: sealed, url, api, hls_window: hlsWindow }, now),
    ])
    return {
      hook: hook_no,
      kind,
      agentid,
      url: url + key,
      ...(keyedKinds.has(kind) && { publish: 'rollcall links LIVINGID --publish prints the name and the key of a stream' }),
    }
  })
}

/** The hooks of a corp, their keys masked. */
export async function listHooks(db: Db, corp_no: number) {
  return (await db.all<HookRow>(hooksOf(corp_no))).map(({ hook_no, kind, agentid, url, api, hls_window }) => ({
    hook: hook_no,
    kind,
    agentid,
    url: `${url}…`,
    ...(api && { api }),
    ...(hls_window && { hls_window }),
  }))
}

/** Deletes a hook and its sessions. Throws where there is none of this number. */
export async function removeHook(db: Db, corp_no: number, hook_no: number, now: number) {
  const [hook] = await db.all<HookRow>(hookByNumber(corp_no, hook_no))
  if (!hook) throw new Error(`no hook ${hook_no}: see "rollcall hook list"`)
  await db.batch(deleteHook(corp_no, hook_no, now))
  return { removed: hook_no }
}

/** The hook of this kind that has this key, its secret decrypted and its URL complete; undefined where none has. */
export async function hookOf(
  { db, secrets }: { readonly db: Db; readonly secrets: Secrets },
  kind: string,
  key: string,
): Promise<HookRow | undefined> {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32) return undefined
  const [hook] = await db.all<HookRow>(hookByNumber(bytes.readUInt32BE(0), bytes.readUInt32BE(4)))
  const isItsKey = hook && hook.kind === kind && timingSafeEqual(Buffer.from(sha256(key)), Buffer.from(hook.key_hash))
  if (!isItsKey) return undefined
  const secret = hook.secret && secrets.open(hook.secret, 'hook.secret', hook.corp_no, hook.hook_no)
  return { ...hook, secret, url: hook.url + key }
}
