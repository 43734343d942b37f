import { dropLines, dropRegister, hideRegister, nextLines } from '../register/lines.ts'
import type { Db } from '../store/db.ts'
import type { Query } from '../store/sql.ts'
import { deleteLiving, outlived } from './store.ts'

const anHour = 3600

/**
 * The timed work of a school that keeps no lesson longer than some days: once an hour those over for as long go, with their registers and
 * whatever others keep of them. First a register is hidden, so that nobody sees half of it; then its lines go, 2,000 at a time, and at
 * last the living. What breaks off in between is found again the next time. 0 days: nothing goes.
 */
export function retention(db: Db, days: number, alsoDrop: (corp_no: number, living_no: number) => readonly Query[]) {
  let next = 0
  return async (now: number): Promise<void> => {
    if (days === 0 || now < next) return
    next = now + anHour
    const old = await db.all<{ corp_no: number; living_no: number }>(outlived(now - days * 86_400))
    for (const { corp_no, living_no } of old) {
      await db.batch([hideRegister(corp_no, living_no)])
      for (;;) {
        const [some] = await db.all<{ viewer_no: number | null }>(nextLines(corp_no, living_no))
        if (some?.viewer_no == null) break
        await db.batch(dropLines(corp_no, living_no, some.viewer_no))
      }
      await db.batch([...alsoDrop(corp_no, living_no), ...dropRegister(corp_no, living_no), deleteLiving(corp_no, living_no)])
    }
  }
}
