import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadLiving } from '../living/living.ts'
import type { Living } from '../living/store.ts'
import { lessonOf, numbersOf, onlyOf } from './lesson.ts'
import type { Room, Visit } from './visit.ts'

type Follower = {
  readonly only: ReadonlySet<number> | undefined
  readonly send: (text: string) => void
  readonly close: () => void
  until: number
}
type Followed = {
  readonly corp_no: number
  readonly livingid: string
  readonly followers: Set<Follower>
  last: string
  timer: NodeJS.Timeout
}

const everyMs = 1000
/** Seconds after which a stream is opened anew, and with it the session looked at again. */
const longest = 120

/** Numbers of running lessons, as server-sent events: one read a second for each lesson, however many follow it. */
export function liveLessons(room: Room) {
  const lessons = new Map<string, Followed>()

  async function look(followed: Followed): Promise<void> {
    const living = await loadLiving(room.db, followed.corp_no, followed.livingid)
    const now = room.clock()
    for (const follower of followed.followers) if (follower.until <= now) follower.close()
    const mark = `${living?.version} ${living?.entry_version} ${living?.state}`
    if (!living || mark === followed.last) {
      for (const { send } of followed.followers) send(': still\n\n')
      return
    }
    followed.last = mark
    await tell(living, [...followed.followers])
  }

  /** Counted once for each set of classes that somebody looks at. */
  async function tell(living: Living, followers: readonly Follower[]): Promise<void> {
    const roll = await room.rolls(room.db, living)
    const now = room.clock()
    const same = Map.groupBy(followers, ({ only }) => (only ? [...only].sort((a, b) => a - b).join() : ''))
    for (const some of same.values()) {
      const text = `data: ${JSON.stringify(numbersOf({ living, roll }, some[0]?.only, now))}\n\n`
      for (const { send } of some) send(text)
    }
  }

  function watch(corp_no: number, livingid: string): Followed {
    let isLooking = false
    const followed: Followed = {
      corp_no,
      livingid,
      followers: new Set(),
      last: '',
      timer: setInterval(() => {
        if (isLooking) return
        isLooking = true
        look(followed)
          .catch(() => {})
          .finally(() => {
            isLooking = false
          })
      }, everyMs),
    }
    followed.timer.unref()
    return followed
  }

  return {
    async follow(visit: Visit, request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const lesson = await lessonOf(visit)
      const { corp_no, livingid } = lesson.living
      const key = `${corp_no}/${livingid}`
      const followed = lessons.get(key) ?? watch(corp_no, livingid)
      lessons.set(key, followed)
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      const leave = () => {
        followed.followers.delete(follower)
        if (followed.followers.size === 0) {
          clearInterval(followed.timer)
          if (lessons.get(key) === followed) lessons.delete(key)
        }
      }
      const follower: Follower = {
        only: onlyOf(lesson),
        // a page that does not read is left behind; the browser comes again
        send: (text) => void (raw.writableLength > 1_000_000 ? raw.destroy() : raw.write(text)),
        close: () => {
          leave()
          raw.end()
        },
        until: visit.now + longest,
      }
      followed.followers.add(follower)
      request.raw.once('close', leave)
      raw.once('close', leave)
      raw.write('retry: 1000\n\n')
      await tell(lesson.living, [follower])
    },
    stop(): void {
      for (const { followers, timer } of lessons.values()) {
        clearInterval(timer)
        for (const follower of [...followers]) follower.close()
      }
      lessons.clear()
    },
  }
}
