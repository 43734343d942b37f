import { takePresence } from '../attendance/presence/take.ts'
import { livingOf } from '../living/living.ts'
import { decided } from '../store/db.ts'
import type { Linked } from './link_token.ts'
import type { Taking } from './take.ts'

type Stay = Parameters<typeof takePresence>[3][number]
type Waiting = { stay: Stay; taken: () => void; refused: (error: unknown) => void }

/** Heartbeats a batch of presence takes at most: as many as a call may report. */
const most = 10_000

/**
 * Heartbeats come one by one from thousands of players. Those of one lesson that come while the last ones are being written wait, and
 * are written together: so the more there are, the less each costs. Each is answered when it is on disk.
 */
export function gatherBeats(taking: Taking, clock: () => number) {
  const lessons = new Map<string, Waiting[]>()

  async function write(key: string, linked: Linked): Promise<void> {
    for (let waiting = lessons.get(key) ?? []; waiting.length; ) {
      const now = clock()
      const some = waiting.splice(0, most)
      try {
        const stays = some.map(({ stay }) => stay)
        await decided(async () =>
          takePresence(
            taking.db,
            taking.viewers,
            await livingOf(taking.db, linked, linked.livingid, now, taking.endGrace),
            stays,
            now,
            'hls',
          ),
        )
        for (const { taken } of some) taken()
      } catch (error) {
        for (const { refused } of some) refused(error)
      }
      waiting = lessons.get(key) ?? []
    }
    lessons.delete(key)
  }

  return (linked: Linked, stay: Stay): Promise<void> =>
    new Promise((taken, refused) => {
      const key = `${linked.corp_no}/${linked.living_no}`
      const waiting = lessons.get(key)
      if (waiting) waiting.push({ stay, taken, refused })
      else {
        lessons.set(key, [{ stay, taken, refused }])
        setImmediate(() => void write(key, linked))
      }
    })
}
