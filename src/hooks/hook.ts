import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../access/token.ts'
import type { Db } from '../store/db.ts'
import { decided } from '../store/db.ts'
import { bigbluebutton } from './bigbluebutton.ts'
import { livekit } from './livekit.ts'
import { mediamtx } from './mediamtx.ts'
import { nginxRtmp } from './nginx_rtmp.ts'
import type { Adapter } from './signal.ts'
import { srs } from './srs.ts'
import { deleteHook, type HookRow, hookByNumber, hooksOf, insertHook } from './store.ts'

export const adapters: Readonly<Record<string, Adapter>> = Object.fromEntries(
  [nginxRtmp, srs, livekit, mediamtx, bigbluebutton].map((adapter) => [adapter.kind, adapter]),
)

/** The key in a hook's URL names its row, so that it is found without a search: 4 bytes corp, 4 hook, 24 random. */
function makeKey(corp_no: number, hook_no: number): string {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(corp_no, 0)
  head.writeUInt32BE(hook_no, 4)
  return Buffer.concat([head, randomBytes(24)]).toString('base64url')
}

export async function addHook(
  db: Db,
  asked: { corp_no: number; agentid: number; kind: string; secret?: string; base: string },
  now: number,
) {
  const { corp_no, agentid, kind, secret = '', base } = asked
  if (!adapters[kind]) throw new Error(`--kind: expected ${Object.keys(adapters).join(', ')}, got ${JSON.stringify(kind)}`)
  if (kind === 'livekit' && !/^[^:]+:.+/.test(secret)) throw new Error('--secret: expected APIKEY:SECRET of the LiveKit server')
  if (kind === 'bigbluebutton' && !secret) throw new Error('--secret: expected the shared secret of the BigBlueButton server')
  return decided(async () => {
    const hooks = await db.all<HookRow>(hooksOf(corp_no))
    const hook_no = (hooks.at(-1)?.hook_no ?? 0) + 1
    const key = makeKey(corp_no, hook_no)
    const url = `${base.replace(/\/+$/, '')}/v1/hooks/${kind}?key=${key}`
    await db.batch([insertHook({ corp_no, hook_no, agentid, kind, key_hash: sha256(key), secret, url }, now)])
    return { hook: hook_no, kind, agentid, url }
  })
}

export async function listHooks(db: Db, corp_no: number) {
  return (await db.all<HookRow>(hooksOf(corp_no))).map(({ hook_no, kind, agentid, url }) => ({
    hook: hook_no,
    kind,
    agentid,
    url: url.replace(/key=.*/, 'key=…'),
  }))
}

export async function removeHook(db: Db, corp_no: number, hook_no: number) {
  const [hook] = await db.all<HookRow>(hookByNumber(corp_no, hook_no))
  if (!hook) throw new Error(`no hook ${hook_no}: see "rollcall hook list"`)
  await db.batch(deleteHook(corp_no, hook_no))
  return { removed: hook_no }
}

/** The hook whose key this is, of this kind; nobody, where it is wrong. */
export async function hookOf(db: Db, kind: string, key: string): Promise<HookRow | undefined> {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== 32) return undefined
  const [hook] = await db.all<HookRow>(hookByNumber(bytes.readUInt32BE(0), bytes.readUInt32BE(4)))
  const fits = hook && hook.kind === kind && timingSafeEqual(Buffer.from(sha256(key)), Buffer.from(hook.key_hash))
  return fits ? hook : undefined
}
