/* Rollcall heartbeat: <video id="lesson"></video> <script src="/heartbeat.js" data-link="…" data-video="#lesson"></script> */
;(() => {
  const script = document.currentScript
  const link = script.dataset.link || new URLSearchParams(location.search).get('link') || ''
  const url = new URL('/v1/heartbeat', script.src).href
  const replay = script.dataset.replay === '1' ? 1 : 0
  const intervalMs = 15000
  let stay = ''
  let from = 0
  const last = { clock: -1, at: 0 }

  const video = () => document.querySelector(script.dataset.video || 'video')
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')

  // somebody watches: the video plays, its position has moved since the last check, and the page is visible
  function isWatching() {
    const player = video()
    if (!player || document.visibilityState === 'hidden' || player.paused) return false
    const moved = player.currentTime !== last.clock
    last.clock = player.currentTime
    return moved
  }

  function send(leaving) {
    if (!stay) return
    const player = video()
    const body = JSON.stringify({ link, stay, replay, from: Math.floor(from), to: Math.floor(player ? player.currentTime : from) })
    if (leaving && navigator.sendBeacon) navigator.sendBeacon(url, body)
    else fetch(url, { method: 'POST', body, keepalive: true }).catch(() => {})
  }

  // A stay continues while heartbeats are lost on the network. It ends when nobody watches at a beat, or when no beat ran for 45 s, as on a
  // computer that sleeps. Then a new stay begins.
  function beat() {
    const now = Date.now()
    if (!isWatching()) {
      stay = ''
      return
    }
    if (!stay || now - last.at > 3 * intervalMs) {
      stay = id()
      from = last.clock
    }
    last.at = now
    send(false)
  }

  function leave() {
    if (isWatching() || stay) send(true)
    stay = ''
  }

  let timer = setInterval(beat, intervalMs)
  document.addEventListener(
    'play',
    () => {
      clearInterval(timer)
      timer = setInterval(beat, intervalMs)
      setTimeout(beat, 1000)
    },
    true,
  )
  document.addEventListener('pause', leave, true)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && leave())
  addEventListener('pagehide', leave)
})()
