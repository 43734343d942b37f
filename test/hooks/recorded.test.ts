import assert from 'node:assert/strict'
import { onBoth } from '../databases.ts'
import { replayed } from './replayed.ts'

/**
 * Recordings of real servers, with what really happened: test/hooks/recorded. Of the events `on_hls`, which come every 2 s, every third is
 * recorded, so that the last sign of a server that was killed is up to 6 s old.
 */
const srs = {
  kind: 'srs',
  clientOf: (body: string) => {
    const { action, client_id } = JSON.parse(body) as { action: string; client_id: string }
    return action === 'on_play' || action === 'on_stop' ? client_id : undefined
  },
}
const nginx = {
  kind: 'nginx-rtmp',
  clientOf: (body: string) => {
    const form = new URLSearchParams(body)
    return form.get('call')?.includes('play') ? (form.get('clientid') ?? undefined) : undefined
  },
}

/** Asserts the seconds counted of each connection named. */
function assertSeconds(
  counted: readonly { client: string; seconds: number }[],
  truth: Readonly<Record<string, number>>,
  tolerance: number,
): void {
  const secondsOf = new Map(counted.map(({ client, seconds }) => [client, seconds]))
  for (const [client, expected] of Object.entries(truth)) {
    const seconds = secondsOf.get(client) ?? -1
    assert.ok(Math.abs(seconds - expected) <= tolerance, `${client}: ${expected} s in truth, ${seconds} counted`)
  }
}

onBoth('SRS 6, an ordinary living: every stay is counted to three seconds, HLS with a pause too', async (database) => {
  const { length, counted } = await replayed(database, 'srs-6-ordinary.jsonl', { ...srs, lasts: 344 })
  assert.ok(Math.abs(length - 350) <= 3, `${length} s`)
  // by turns: there before the publish, the whole living, who left early, HLS who left early, HLS who paused for 160 s, two devices
  const truth = { as9w2419: 350, '8lto6feo': 344, '27613419': 29, '05y6e0s1': 59, '7l417q50': 184, '1w24yl5u': 60, a9rn76f2: 60 }
  assertSeconds(counted, truth, 3)
})

onBoth('SRS 6, terminated and started again: who did not come back left when it went', async (database) => {
  const { counted } = await replayed(database, 'srs-6-terminated-and-back.jsonl', { ...srs, lasts: 284 })
  // two who stay away; two who come back at 77, one of whom leaves with the publisher
  assertSeconds(counted, { e6xz65oc: 59, '07424x58': 59, il6781c4: 205, qw128e97: 114 }, 6)
})

onBoth('SRS 6, killed and started again: who did not come back left when it went', async (database) => {
  const { counted } = await replayed(database, 'srs-6-killed-and-back.jsonl', { ...srs, lasts: 235 })
  assertSeconds(counted, { '210dt0q1': 60, '225058nh': 60, k64xe551: 60, '1pbr64w6': 60 }, 6)
})

onBoth('SRS 6, killed for good: nobody is counted any more, although the living goes on for three minutes', async (database) => {
  const { length, counted } = await replayed(database, 'srs-6-killed-for-good.jsonl', { ...srs, lasts: 400, endsAt: 235 })
  assert.equal(length, 235)
  for (const { client, seconds } of counted) assert.ok(Math.abs(seconds - 60) <= 6, `${client}: 60 s in truth, ${seconds} counted`)
})

onBoth('SRS 6 with hls_window 20: HLS that leaves early is counted as long as it played', async (database) => {
  const { counted } = await replayed(database, 'srs-6-hls-window-20.jsonl', { ...srs, lasts: 194, hlsWindow: 20 })
  assertSeconds(counted, { '22uu1w18': 68, '1t310j98': 188 }, 3)
})

onBoth('nginx-rtmp 1.2.2, its worker killed and then all of it: beats that cease end a stay', async (database) => {
  const { counted } = await replayed(database, 'nginx-rtmp-1.2.2-disturbed.jsonl', { ...nginx, lasts: 289 })
  assertSeconds(counted, { 14: 29 }, 3)
  // one who comes back every 5 s for a minute
  const visits = counted.filter(({ began, seconds }) => began >= 10 && began <= 72 && seconds <= 6)
  const total = visits.reduce((sum, { seconds }) => sum + seconds, 0)
  assert.ok(Math.abs(total - 60) <= 5, `${total} s in ${visits.length} visits`)
  // one whose worker was killed, and who never came back: nginx reports every 30 s that a connection goes on
  const lost = counted.find(({ client }) => client === '8')?.seconds ?? 0
  assert.ok(lost <= 104 && lost >= 104 - 30, `103 s in truth, ${lost} counted`)
})

type BbbMessage = { data: { id: string; attributes: { user?: Record<string, string> }; event: { ts: number } } }
const messageIn = (body: string) => (JSON.parse(new URLSearchParams(body).get('event') ?? '') as [BbbMessage])[0]

onBoth(
  'bbb-webhooks 3.5.0: who comes back under the same name, or is there twice, is counted as long as it was there',
  async (database) => {
    const { counted } = await replayed(database, 'bbb-webhooks-3.5.0.jsonl', {
      kind: 'bigbluebutton',
      secret: 's3cret',
      lasts: 90,
      clientOf: (body) => messageIn(body).data.attributes.user?.['external-user-id'],
      rewrite: (body, student, at) => {
        const message = messageIn(body)
        message.data.event.ts = at
        if (message.data.attributes.user) message.data.attributes.user['external-user-id'] = student
        const form = new URLSearchParams(body)
        form.set('event', JSON.stringify([message]))
        return form.toString()
      },
    })
    assertSeconds(counted, { s1: 88, s2: 58, s3: 88, 'm4/s4': 88, S5: 88 }, 2)
  },
)
