import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadLiving } from '../living/living.ts'
import type { Living } from '../living/store.ts'
import { type LivingView, liveNumbersOf, livingViewOf, shownClassesOf } from './living_view.ts'
import type { ConsoleServing, SignedInRequest } from './page_request.ts'
import { basisOf, refusedStreams, type StreamAccess } from './stream_access.ts'

/** One open stream of server-sent events: one browser tab that shows a living. */
type EventStream = StreamAccess & {
  readonly shownClasses: ReadonlySet<number> | undefined
  readonly send: (text: string) => void
  readonly close: () => void
  /** unix seconds at which the stream is closed */
  readonly closesAt: number
}

/** A living with at least one open stream, and the timer that polls the database for it. */
type PolledLiving = {
  readonly corp_no: number
  readonly livingid: string
  readonly streams: Set<EventStream>
  /** versions and state as last sent */
  lastSent: string
  readonly timer: NodeJS.Timeout
}

const pollMs = 1000
/** A stream is closed after two minutes. The browser then opens a new one, and that request keeps its session from expiring. */
const longestStreamSeconds = 120
/** A stream with so many bytes waiting to be sent is closed: its browser does not read. The browser reconnects. */
const mostWaitingBytes = 1_000_000

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

/**
 * Sends the numbers of livings to open pages as server-sent events. A living is polled once a second, however many pages show it, and its
 * numbers are sent when its register or its state has changed. The poll also ends the streams of sessions that have ended.
 */
export function liveNumbers(serving: ConsoleServing) {
  // the livings with open streams in this process, by `corp_no/livingid`; not a cache: each goes when its last stream closes
  const polledLivings = new Map<string, PolledLiving>()

  /** Adds a stream to its living, and starts polling the living for its first stream. */
  function addStream(livingView: LivingView, { account, now }: SignedInRequest, http: FastifyRequest, { raw }: FastifyReply): EventStream {
    const { corp_no, livingid } = livingView.living
    const key = `${corp_no}/${livingid}`
    const polled = polledLivings.get(key) ?? startPolling(serving, corp_no, livingid)
    polledLivings.set(key, polled)
    const remove = () => {
      polled.streams.delete(stream)
      if (polled.streams.size > 0) return
      clearInterval(polled.timer)
      if (polledLivings.get(key) === polled) polledLivings.delete(key)
    }
    const stream: EventStream = {
      key_hash: account.key_hash,
      visibleClasses: livingView.visibleClasses,
      basis: basisOf(account, livingView.living),
      shownClasses: shownClassesOf(livingView),
      send: (text) => void (raw.writableLength > mostWaitingBytes ? raw.destroy() : raw.write(text)),
      close: () => {
        remove()
        raw.end()
      },
      closesAt: now + longestStreamSeconds,
    }
    polled.streams.add(stream)
    http.raw.once('close', remove)
    raw.once('close', remove)
    return stream
  }

  return {
    /** Answers a request with a stream of events, and sends the current numbers at once. Throws a PageError as `livingViewOf` does. */
    async open(request: SignedInRequest, http: FastifyRequest, reply: FastifyReply): Promise<void> {
      const livingView = await livingViewOf(request)
      reply.hijack()
      reply.raw.writeHead(200, streamHeaders)
      const stream = addStream(livingView, request, http, reply)
      reply.raw.write('retry: 1000\n\n')
      await sendNumbers(serving, livingView.living, [stream])
    },
    /** Closes every stream, for a server that stops. */
    closeAll(): void {
      for (const { streams, timer } of polledLivings.values()) {
        clearInterval(timer)
        for (const stream of [...streams]) stream.close()
      }
      polledLivings.clear()
    },
  }
}

/** Polls a living until its timer is cleared. A poll that fails is skipped; the next comes a second later. */
function startPolling(serving: ConsoleServing, corp_no: number, livingid: string): PolledLiving {
  let isPolling = false
  const polled: PolledLiving = {
    corp_no,
    livingid,
    streams: new Set(),
    lastSent: '',
    timer: setInterval(() => {
      if (isPolling) return
      isPolling = true
      poll(serving, polled)
        .catch(() => {})
        .finally(() => {
          isPolling = false
        })
    }, pollMs),
  }
  polled.timer.unref()
  return polled
}

async function poll(serving: ConsoleServing, polled: PolledLiving): Promise<void> {
  const living = await loadLiving(serving.db, polled.corp_no, polled.livingid)
  const now = serving.clock()
  for (const stream of polled.streams) if (stream.closesAt <= now) stream.close()
  if (living) for (const stream of await refusedStreams(serving, living, [...polled.streams])) stream.close()
  const current = `${living?.version} ${living?.entry_version} ${living?.state}`
  if (!living || current === polled.lastSent) {
    // a comment in the stream, so that no proxy takes the connection for dead
    for (const { send } of polled.streams) send(': still\n\n')
    return
  }
  polled.lastSent = current
  await sendNumbers(serving, living, [...polled.streams])
}

/** Sends the current numbers to these streams. They are counted once for each set of classes, not once for each stream. */
async function sendNumbers(serving: ConsoleServing, living: Living, streams: readonly EventStream[]): Promise<void> {
  const roll = await serving.rolls(serving.db, living)
  const now = serving.clock()
  const streamsByClasses = Map.groupBy(streams, ({ shownClasses }) => (shownClasses ? [...shownClasses].sort((a, b) => a - b).join() : ''))
  for (const group of streamsByClasses.values()) {
    const text = `data: ${JSON.stringify(liveNumbersOf({ living, roll }, group[0]?.shownClasses, now))}\n\n`
    for (const { send } of group) send(text)
  }
}
