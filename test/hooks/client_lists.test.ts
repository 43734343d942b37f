import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { TokenVerifier } from 'livekit-server-sdk'
import { livekitClients } from '../../src/hooks/clients/livekit.ts'
import { mediamtxClients } from '../../src/hooks/clients/mediamtx.ts'
import { nginxClients } from '../../src/hooks/clients/nginx_rtmp.ts'
import { srsClients } from '../../src/hooks/clients/srs.ts'
import type { HookRow } from '../../src/hooks/store.ts'

/** The lists of connections of streaming servers. nginx is also asked for real: test/real/living_streamed.test.ts. */
async function served(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void, secret = ''): Promise<HookRow> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const row = {
    corp_no: 1,
    hook_no: 1,
    agentid: 1,
    kind: '',
    key_hash: '',
    secret,
    url: '',
    hls_window: 0,
    run: '',
    seen_at: 0,
    has_signs: 0,
  }
  return { ...row, api }
}

test('SRS is asked for all pages of its list', async (t) => {
  const ids = Array.from({ length: 2500 }, (_, no) => `c${no}`)
  const hook = await served(t, ({ url = '' }, response) => {
    const { searchParams, pathname } = new URL(url, 'http://x')
    assert.equal(pathname, '/api/v1/clients/')
    const start = Number(searchParams.get('start'))
    response.end(JSON.stringify({ code: 0, clients: ids.slice(start, start + Number(searchParams.get('count'))).map((id) => ({ id })) }))
  })
  assert.deepEqual([...(await srsClients(hook, [], 0))], ids)
})

test('nginx-rtmp: clients are named as in its events, and a page that is something else is an error', async (t) => {
  const client = (id: number, address: string) =>
    `<client><id>${id}</id><address>${address}</address><time>12</time><flashver>x &amp; y</flashver></client>`
  let text = `<?xml version="1.0" encoding="utf-8" ?><rtmp><server><application><name>live</name><live><stream><name>a</name>${client(5, '10.0.0.1')}${client(7, '10.0.0.2')}<nclients>2</nclients></stream></live></application></server></rtmp>`
  const hook = await served(t, (_request, response) => response.end(text))
  assert.deepEqual([...(await nginxClients(hook, [], 0))], ['5 10.0.0.1', '7 10.0.0.2'])
  text = '<html><body>404</body></html>'
  await assert.rejects(nginxClients(hook, [], 0), /expected the statistics of nginx-rtmp/)
})

test('MediaMTX: the connections of all protocols, of which some may be switched off, but not all', async (t) => {
  let isOff = false
  let hasFault = false
  const hook = await served(t, ({ url = '' }, response) => {
    const list = /^\/v3\/(\w+)\/list\?/.exec(url)?.[1] ?? ''
    if (hasFault && list === 'webrtcsessions') return void response.writeHead(500).end('{}')
    if (isOff || list === 'srtconns') return void response.writeHead(404).end('{}')
    response.end(JSON.stringify({ pageCount: 1, items: [{ id: `${list} 1` }] }))
  })
  assert.deepEqual(
    [...(await mediamtxClients(hook, [], 0))],
    ['rtmpconns 1', 'rtmpsconns 1', 'rtspsessions 1', 'rtspssessions 1', 'webrtcsessions 1'],
  )
  hasFault = true
  await assert.rejects(mediamtxClients(hook, [], 0), /expected status 200, got 500/)
  hasFault = false
  isOff = true
  await assert.rejects(mediamtxClients(hook, [], 0), /expected status 200, got 404/)
})

test('LiveKit: each room is asked for with a token that LiveKit’s own SDK accepts', async (t) => {
  const secret = 'a secret of thirty-two characters'
  const verifier = new TokenVerifier('APIkey', secret)
  const hook = await served(
    t,
    async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { room } = JSON.parse(body) as { room: string }
      const { video } = await verifier.verify(String(request.headers.authorization).replace('Bearer ', ''))
      assert.deepEqual(video, { roomAdmin: true, room })
      assert.equal(request.url, '/twirp/livekit.RoomService/ListParticipants')
      response.end(room === 'empty' ? '{}' : JSON.stringify({ participants: [{ sid: `PA_${room}` }] }))
    },
    `APIkey:${secret}`,
  )
  const now = Math.floor(Date.now() / 1000)
  assert.deepEqual([...(await livekitClients(hook, ['a', 'empty', 'b'], now))], ['PA_a', 'PA_b'])
})

test('a server that is slow, redirects or sends no list is an error, and changes nothing', async (t) => {
  const answers = ['[]', '{"clients":1}', 'no json']
  const hook = await served(t, (_request, response) => response.end(answers.shift()))
  for (const says of [/expected a list/, /expected a list/, /JSON/]) await assert.rejects(srsClients(hook, [], 0), says)
  const elsewhere = await served(t, (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
  await assert.rejects(srsClients(elsewhere, [], 0))
})
