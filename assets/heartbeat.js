/* Rollcall heartbeat: <video id="lesson"></video> <script src="/heartbeat.js" data-link="…" data-video="#lesson"></script> */
;(() => {
  const script = document.currentScript
  const link = script.dataset.link || new URLSearchParams(location.search).get('link') || ''
  const url = new URL('/v1/heartbeat', script.src).href
  const beatSeconds = 15
  const mostSeconds = 45 // of one beat: the server credits no more
  const mostAgeMs = 7200e3 // the server takes no older beat
  const mostBeats = 200 // kept while they cannot be sent: 2.5 hours
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const video = () => document.querySelector(script.dataset.video || 'video')
  const tell = (detail) => document.dispatchEvent(new CustomEvent('rollcall', { detail }))

  // --- measuring: windows of a few seconds, which count if the media clock has advanced by at least half of the time that has passed

  let begun // where the window began, and where it is: { atMs, clock }
  let seen
  let stay // the stay that goes on: { id, replay, from }
  let unsent // seconds of it that are in no beat yet, until endMs
  let living // how the living stands, as the server answered last: 'live', 'ended', …
  let isPlayedAgain = false // the video was loaded or moved after the end, so that it is the recording

  const now = () => ({ atMs: performance.now(), clock: video().currentTime })
  const isReplay = () => script.dataset.replay === '1' || (isPlayedAgain && Number.isFinite(video()?.duration))

  function canWatch() {
    const player = video()
    return player && !player.paused && !player.ended && !player.seeking && document.visibilityState !== 'hidden'
  }

  function sample() {
    if (!canWatch()) return finish()
    const here = now()
    if (begun) {
      const moved = here.clock - seen.clock
      const most = ((here.atMs - seen.atMs) / 1000) * Math.max(1, video().playbackRate) * 1.5 + 2
      if (moved < -0.5 || moved > most) finish(true)
    }
    if (!begun) begun = here
    seen = here
    if (here.atMs - begun.atMs >= (stay ? 5000 : 2000)) closeWindow()
  }

  function closeWindow() {
    const seconds = (seen.atMs - begun.atMs) / 1000
    const isWatched = seconds > 0 && seen.clock - begun.clock >= seconds / 2
    if (isWatched) count(seconds)
    begun = seen
    if (!isWatched && seconds >= 1) endStay()
  }

  function count(seconds) {
    const replay = isReplay() ? 1 : 0
    if (stay && stay.replay !== replay) endStay()
    const isFirst = !stay
    stay = stay || { id: id(), replay, from: Math.floor(begun.clock) }
    unsent = {
      seconds: (unsent ? unsent.seconds : 0) + seconds,
      endMs: Date.now() - (performance.now() - seen.atMs),
      to: Math.floor(seen.clock),
    }
    if (isFirst || unsent.seconds >= beatSeconds) beat()
    else save()
  }

  function finish(hasJumped) {
    const player = video()
    if (begun && player && !player.seeking && !hasJumped) seen = now()
    if (begun) closeWindow()
    begun = undefined
    endStay()
  }

  function endStay() {
    if (stay) beat()
    stay = undefined
  }

  // --- sending: beats are kept until the server has taken them, and say how long ago they were measured

  const stored = 'rollcall-beats '
  const key = stored + id()
  let beats = []
  let isSending = false
  let retryTimer
  let delayMs = 0

  const beatOf = ({ seconds, endMs, to }) => ({ link, stay: stay.id, replay: stay.replay, seconds, endMs, from: stay.from, to })

  function beat() {
    if (!unsent) return
    const last = beats[beats.length - 1]
    const { seconds, endMs, to } = unsent
    const isNext = last && last.stay === stay.id && !last.isSent && last.seconds + seconds <= mostSeconds
    if (isNext) Object.assign(last, { seconds: last.seconds + seconds, endMs, to })
    else beats.push(beatOf(unsent))
    unsent = undefined
    beats = beats.slice(-mostBeats)
    save()
    void send()
  }

  const bodyOf = ({ endMs, isSent, ...rest }) => JSON.stringify({ ...rest, age: Math.max(0, Date.now() - endMs) / 1000 })

  async function send() {
    if (isSending || beats.length === 0) return
    isSending = true
    const sent = beats[0]
    sent.isSent = true
    const status = await post(sent)
    if (status === 429 || status >= 500 || status === 0) {
      delayMs = Math.min(30000, (delayMs || 2500) * 2) * (0.75 + Math.random() / 2)
      // those of another viewer do not wait behind it
      if (status === 429 && beats.some((each) => each.link !== sent.link)) beats.push(beats.shift())
      tell({ waiting: beats.length })
    } else {
      delayMs = 0
      beats = beats.filter((each) => each !== sent)
      save()
      if (sent.link !== link) {
        // of another viewer, who used this browser before
      } else if (status >= 400) tell({ refused: status })
      else tell({ counted: sent.seconds, since: sent.endMs - sent.seconds * 1000, living })
    }
    retryTimer = setTimeout(() => {
      isSending = false
      void send()
    }, delayMs)
  }

  // returns the HTTP status, 0 where no answer came
  async function post(sent) {
    const control = new AbortController()
    const timer = setTimeout(() => control.abort(), 10000)
    try {
      const response = await fetch(url, { method: 'POST', body: bodyOf(sent), signal: control.signal })
      if (response.status === 200 && sent.link === link) living = (await response.json()).living
      if (living !== 'ended') isPlayedAgain = false
      return response.status
    } catch {
      return 0
    } finally {
      clearTimeout(timer)
    }
  }

  // Beats outlive the page, for a tab that is killed, or closed while there is no network: the next page of this browser sends them.
  function save() {
    try {
      const all = unsent && stay ? [...beats, beatOf(unsent)] : beats
      if (all.length) localStorage.setItem(key, JSON.stringify({ savedMs: Date.now(), beats: all }))
      else localStorage.removeItem(key)
    } catch {}
  }

  function adopt() {
    try {
      for (const name of Object.keys(localStorage).filter((each) => each.startsWith(stored) && each !== key)) adoptFrom(name)
    } catch {}
    // so that other tabs see that this page goes on
    if (beats.length) save()
    void send()
  }

  function adoptFrom(name) {
    let found
    try {
      const { savedMs, beats: saved } = JSON.parse(localStorage.getItem(name))
      const ageMs = Date.now() - savedMs
      if (ageMs >= 0 && ageMs < 60000) return // the page of another tab may still send these
      found = saved.filter(({ endMs }) => Date.now() - endMs < mostAgeMs).map((each) => ({ ...each, isSent: true }))
    } catch {
      found = [] // damaged, or of another program
    }
    beats.unshift(...found)
    save()
    localStorage.removeItem(name)
  }

  function leave() {
    finish()
    if (beats.length === 0 || !navigator.sendBeacon) return
    if (beats.slice(0, 5).every((each) => navigator.sendBeacon(url, bodyOf(each))) && navigator.onLine && !delayMs) {
      beats = beats.slice(5)
      save()
    }
  }

  // The clock of the machine may be set right while beats wait: their times move with it. A page that slept sees a leap forward too, and keeps its times.
  let offsetMs = Date.now() - performance.now()
  function followClock() {
    const leapMs = Date.now() - performance.now() - offsetMs
    offsetMs += leapMs
    if (leapMs > -2000) return
    for (const each of beats) each.endMs += leapMs
    if (unsent) unsent.endMs += leapMs
  }

  const isOurs = ({ target }) => target === video()
  const on = (name, react) => document.addEventListener(name, (event) => isOurs(event) && react(), true)
  for (const name of ['timeupdate', 'playing', 'waiting']) on(name, sample)
  for (const name of ['pause', 'seeking', 'ended', 'emptied']) on(name, () => finish(name === 'emptied'))
  for (const name of ['loadedmetadata', 'seeking'])
    on(name, () => {
      isPlayedAgain = living === 'ended'
    })
  document.addEventListener('visibilitychange', sample)
  addEventListener('pagehide', leave)
  addEventListener('online', () => {
    if (!delayMs) return
    clearTimeout(retryTimer)
    delayMs = 0
    isSending = false
    void send()
  })
  setInterval(() => {
    followClock()
    sample()
  }, 1000)
  setInterval(adopt, 60000)
  adopt()
})()
