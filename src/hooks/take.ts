import { livingOf } from '../living/living.ts'
import { retryOnConflict } from '../store/db.ts'
import { WireError } from '../wire/errcode.ts'
import { noteServer } from './liveness.ts'
import { type HookContext, sessionAfter, takeSessionStay } from './sessions.ts'
import { type Adapter, type Signal, type ViewerSignal, validSignal } from './signal.ts'
import { type HookRow, type SessionRow, sessionOf } from './store.ts'
import { takeStreamSignal } from './stream.ts'

/**
 * Takes one signal of a streaming server.
 *
 * @returns whether the server may let it happen: not for a viewer without a valid link or identity, nor for a stream that is no living of
 *   the hook's app, was cancelled or lacks its key, nor for a signal that is not `validSignal`. What goes on already is never stopped
 */
export async function takeSignal(context: HookContext, adapter: Adapter, hook: HookRow, signal: Signal, now: number): Promise<boolean> {
  const goesOn = 'isUpdate' in signal && signal.isUpdate === true
  const valid = validSignal(signal, now)
  if (!valid) return goesOn
  try {
    return (await retryOnConflict(() => take(context, adapter, hook, valid, now))) || goesOn
  } catch (error) {
    if (error instanceof WireError) return goesOn
    throw error
  }
}

async function take(context: HookContext, adapter: Adapter, hook: HookRow, signal: Signal, now: number): Promise<boolean> {
  if (signal.is === 'refused') return false
  if (signal.is === 'sign') {
    await noteServer(context, hook, signal, now)
    return true
  }
  return 'who' in signal ? takeViewerSignal(context, adapter, hook, signal, now) : takeStreamSignal(context, hook, signal, now)
}

async function takeViewerSignal(
  context: HookContext,
  adapter: Adapter,
  hook: HookRow,
  signal: ViewerSignal,
  now: number,
): Promise<boolean> {
  const { db } = context
  const living = await livingOf(db, hook, signal.stream, now, context)
  const [stored] = await db.all<SessionRow>(sessionOf(hook.corp_no, hook.hook_no, signal.session))
  const known = stored?.living_no === living.living_no ? stored : undefined
  // whoever was let in may leave, also with a link that was revoked meanwhile
  const asBefore = signal.is === 'leave' && known ? { viewer_no: known.viewer_no, isActive: true } : undefined
  const watching = (await watchingAs(context, hook, signal, now)) ?? asBefore
  if (!watching) return false
  const { corp_no, hook_no } = hook
  const owner = { corp_no, hook_no, session: signal.session, living_no: living.living_no, viewer_no: watching.viewer_no }
  // a server that uses session names again may have given this one to somebody else
  const session = sessionAfter(adapter, known?.viewer_no === watching.viewer_no ? known : undefined, signal, owner)
  if (!session) return true
  const until = session.left_at ?? (signal.is === 'enter' ? session.enter_time : signal.at)
  return takeSessionStay(context, living, session, until, watching.isActive, now)
}

type WatchingAs = { viewer_no: number; isActive: boolean }

/**
 * As which viewer somebody watches the living that the stream is named after: a link and an identity each name one. Returns undefined where
 * the link is not valid or of another living, or nobody on the roster has the identity.
 */
async function watchingAs(
  { db, viewers, readLink }: HookContext,
  hook: HookRow,
  { who, stream }: ViewerSignal,
  now: number,
): Promise<WatchingAs | undefined> {
  if ('link' in who) {
    const linked = await readLink(db, who.link, now)
    if (!linked || linked.corp_no !== hook.corp_no || linked.livingid !== stream) return undefined
    return { viewer_no: linked.viewer_no, isActive: linked.active === 1 }
  }
  const [first = '', second] = who.identity.split('/')
  // a userid has no space; the look-up of viewers relies on that
  if (!first || /\s/.test(who.identity)) return undefined
  const person = second === undefined ? { student_userid: first } : { parent_userid: first, student_userid: second }
  const [viewer] = await viewers(db, hook.corp_no, [person])
  return viewer
}
