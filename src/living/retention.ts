import { dropLines, dropRegister, hideRegister, nextLinesToDrop } from '../register/drop.ts'
import { dropPastNames } from '../roster/store_past_names.ts'
import type { Db } from '../store/db.ts'
import type { Query } from '../store/sql.ts'
import { deleteLiving, endedBefore } from './store.ts'

const hourSeconds = 3600
const daySeconds = 86_400

/**
 * Timed work. Once an hour it deletes the livings that ended more than `days` days ago, with their registers and all other data of them.
 * For each living it hides the register, deletes the lines in batches, and then deletes the living. At last it deletes the past names of
 * students that no register shows any more, and what `alsoDropBefore` deletes. A run that was interrupted is continued by the next one.
 *
 * @param days 0 deletes nothing
 * @param alsoDrop statements that delete what other parts store of a living
 * @param alsoDropBefore a statement that deletes what other parts store of people who were last seen before a moment, in unix seconds
 */
export function retention(
  db: Db,
  days: number,
  alsoDrop: (corp_no: number, living_no: number) => readonly Query[],
  alsoDropBefore: (before: number) => readonly Query[] = () => [],
) {
  let nextAt = 0
  return async (now: number): Promise<void> => {
    if (days === 0 || now < nextAt) return
    nextAt = now + hourSeconds
    const before = now - days * daySeconds
    const old = await db.all<{ corp_no: number; living_no: number }>(endedBefore(before))
    for (const { corp_no, living_no } of old) {
      await db.batch([hideRegister(corp_no, living_no)])
      for (;;) {
        const [lines] = await db.all<{ viewer_no: number | null }>(nextLinesToDrop(corp_no, living_no))
        if (lines?.viewer_no == null) break
        await db.batch(dropLines(corp_no, living_no, lines.viewer_no))
      }
      await db.batch([...alsoDrop(corp_no, living_no), ...dropRegister(corp_no, living_no), deleteLiving(corp_no, living_no)])
    }
    await db.batch([dropPastNames(before), ...alsoDropBefore(before)])
  }
}
