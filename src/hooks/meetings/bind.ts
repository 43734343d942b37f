import { loadLiving } from '../../living/living.ts'
import type { Db } from '../../store/db.ts'
import { meetingKey } from './livings.ts'
import { type BindingRow, bindingsOf, deleteBinding, putBinding } from './store.ts'

/** The kinds of hooks that report meetings. */
export const meetingKinds = ['tencent-meeting', 'classin', 'zoom']

type Binding = { readonly kind: string; readonly meeting: string; readonly livingid: string }

/** Binds a meeting, by its id or code, to a living. Returns the binding. Throws where the kind, the meeting or the living is none. */
export async function bindMeeting(db: Db, corp_no: number, asked: Binding): Promise<Binding> {
  const { binding, living_no } = await checked(db, corp_no, asked)
  await db.batch([putBinding(corp_no, binding.kind, binding.meeting, living_no)])
  return binding
}

/** Deletes a binding. Returns it. Throws where there is none. Presence that was taken stays. */
export async function unbindMeeting(db: Db, corp_no: number, asked: Binding): Promise<Binding> {
  const { binding, living_no } = await checked(db, corp_no, asked)
  const [rows] = await db.batch([deleteBinding(corp_no, binding.kind, binding.meeting, living_no)])
  if (!rows) throw new Error(`${binding.meeting} is not bound to ${binding.livingid}: see "rollcall hook bindings"`)
  return binding
}

/** The bindings of a corp. */
export const listBindings = (db: Db, corp_no: number): Promise<BindingRow[]> => db.all<BindingRow>(bindingsOf(corp_no))

async function checked(db: Db, corp_no: number, { kind, meeting: given, livingid }: Binding) {
  if (!meetingKinds.includes(kind)) throw new Error(`--kind: expected ${meetingKinds.join(', ')}, got ${JSON.stringify(kind)}`)
  const meeting = meetingKey(given)
  if (!/^[\w+/=]{1,100}$/.test(meeting))
    throw new Error(`meeting: expected the id or the code of a meeting, such as 445-999-969, got ${JSON.stringify(given)}`)
  const living = await loadLiving(db, corp_no, livingid)
  if (!living) throw new Error(`livingid: ${JSON.stringify(livingid)} is no living of this school`)
  return { binding: { kind, meeting, livingid }, living_no: living.living_no }
}
