import { loadLiving } from '../living/living.ts'
import { type Living, nextEra } from '../living/store.ts'
import { moveStays } from '../register/moves.ts'
import { type Db, retryOnConflict } from '../store/db.ts'
import { must } from '../store/sql.ts'
import { stayTag } from './identity.ts'

/** Whose stays are moved in a register: those of an identity, from the viewers who have them, to the viewers it is; to its visitor where that is nobody. */
export type Correction = {
  readonly visitor_no: number
  readonly name: string
  readonly from: readonly number[]
  readonly viewer_nos: readonly number[]
}

/**
 * Corrects the register of one living, an ended one too: the stays of an identity become those of the viewers it is, ticks and counts follow. In
 * one batch, under the optimistic lock of the living's era, so that no report of stays runs between. A living that was deleted is left out.
 */
export const correctRegister = (
  db: Db,
  { corp_no, livingid }: Pick<Living, 'corp_no' | 'livingid'>,
  { visitor_no, name, from, viewer_nos }: Correction,
  now: number,
): Promise<void> =>
  retryOnConflict(async () => {
    const living = await loadLiving(db, corp_no, livingid)
    if (!living) return
    const to = viewer_nos.length ? viewer_nos : [visitor_no]
    const move = { from, to, tag: stayTag(visitor_no), ...(viewer_nos.length === 0 && { visitor: [visitor_no, name] as const }) }
    await db.batch([must(nextEra(living)), ...moveStays(corp_no, living.living_no, move, now)])
  })
