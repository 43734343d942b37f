/* The viewer's page: counts down, plays the stream, and shows how the living stands. All texts are in the HTML: this shows and hides them. */
;(() => {
  const main = document.querySelector('main')
  let asked = { seconds: Number(main.dataset.now), atMs: performance.now() }
  // unix seconds by the server's clock
  const now = () => asked.seconds + (performance.now() - asked.atMs) / 1000
  const one = (selector) => document.querySelector(selector)
  const show = (selector, isShown) => {
    const found = one(selector)
    if (found) found.hidden = !isShown
  }
  const isEnded = () => main.dataset.state === 'ended'

  // --- the countdown, by the server's clock

  function countDown() {
    const left = Math.ceil(Number(main.dataset.start) - now())
    show('.countdown', left > 0)
    show('.due', left <= 0)
    const timer = one('.left')
    if (!timer) return
    const two = (number) => String(Math.floor(number)).padStart(2, '0')
    const days = Math.floor(left / 86400)
    const hours = `${two((left / 3600) % 24)}:${two((left / 60) % 60)}:${two(left % 60)}`
    timer.textContent = days > 0 ? `${timer.dataset.days.replace('{n}', days)} ${hours}` : hours
  }
  countDown()
  setInterval(countDown, 1000)

  // --- how the living stands: the page is asked for again, and what has changed is shown

  async function refresh() {
    try {
      const response = await fetch(location.href, { cache: 'no-store' })
      if (response.status === 403) return location.reload()
      if (response.ok) update(new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main'))
    } catch {
      // there is no network: the next time
    }
  }

  function update(fresh) {
    // a video that was not there before needs its scripts too
    if (fresh.dataset.playUrl !== main.dataset.playUrl) return location.reload()
    asked = { seconds: Number(fresh.dataset.now), atMs: performance.now() }
    const { state } = main.dataset
    const hasChanged = fresh.dataset.state !== state
    Object.assign(main.dataset, { state: fresh.dataset.state, start: fresh.dataset.start })
    one('header').replaceWith(fresh.querySelector('header'))
    if (hasChanged) one('#about').replaceWith(fresh.querySelector('#about'))
    countDown()
    if (hasChanged && player) stateChanged()
  }

  // near the planned start, and when the stream stands still, every 10 to 15 s, else once a minute; less often the day before
  let isStanding = false
  let refreshTimer
  function untilRefreshMs() {
    const left = Number(main.dataset.start) - now()
    const isSoon = main.dataset.state === 'live' ? isStanding : main.dataset.state === 'reserved' && Math.abs(left) < 900
    if (isSoon) return 10e3 + Math.random() * 5e3
    return left > 86400 ? 600e3 : 60e3 + Math.random() * 10e3
  }
  function refreshLater() {
    clearTimeout(refreshTimer)
    refreshTimer = setTimeout(async () => {
      if (document.visibilityState !== 'hidden') await refresh()
      refreshLater()
    }, untilRefreshMs())
  }
  refreshLater()
  let hiddenMs = 0
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenMs = Date.now()
    else if (Math.abs(Date.now() - hiddenMs) > 10e3) void refresh()
  })

  // --- the player

  const player = one('video')
  if (!player) return
  const source = new URL(main.dataset.playUrl, location.href)
  const { Hls } = window
  let hls
  let isSegmentLinked = false // the server of the stream refuses segments without a link
  let isRecording = false // what plays is the recording
  let movedMs = performance.now()
  let clock = 0

  // the viewer's link is sent to the stream's own origin alone
  function linked(address) {
    const url = new URL(address, source)
    if (url.origin === source.origin && !url.searchParams.has('link')) url.searchParams.append('link', main.dataset.link)
    return url.href
  }

  const loaderThat = (isLinked) =>
    class extends Hls.DefaultConfig.loader {
      load(context, ...more) {
        if (isLinked()) context.url = linked(context.url)
        super.load(context, ...more)
      }
    }

  // after the end, all that belongs to the video is shown for a recording alone
  function showScreen(isShown) {
    show('#screen', isShown)
    show('.recording', isRecording)
    for (const selector of ['#counted', '#help']) show(selector, !isEnded() || isRecording)
  }

  function begin() {
    show('#connecting', !isEnded() && main.dataset.state !== 'reserved')
    if (Hls?.isSupported()) beginHls()
    else if (player.canPlayType('application/vnd.apple.mpegurl')) {
      player.src = linked(source)
      player.load()
    } else {
      show('#connecting', false)
      show('#unsupported', true)
    }
  }

  function beginHls() {
    hls?.destroy()
    hls = new Hls({
      liveDurationInfinity: true,
      pLoader: loaderThat(() => true),
      fLoader: loaderThat(() => isSegmentLinked),
    })
    hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => found(!details.live))
    hls.on(Hls.Events.ERROR, (_, { fatal, type, details, frag, response }) => {
      const isRefused = frag && (response?.code === 401 || response?.code === 403)
      if (isRefused && !isSegmentLinked) {
        isSegmentLinked = true
        setTimeout(begin, 1000)
        return
      }
      if (!fatal) return
      if (type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError()
      // A playlist that is not there yet is asked for again at its own address: SRS would take the play URL for another viewer's session.
      later(/^level/.test(details) ? () => hls.startLoad(-1) : begin)
    })
    hls.loadSource(linked(source))
    hls.attachMedia(player)
  }

  let retry
  function later(again) {
    if (isEnded()) return giveUp()
    clearTimeout(retry)
    const isNear = main.dataset.state === 'live' || Number(main.dataset.start) - now() < 900
    retry = setTimeout(again, isNear ? 3000 + Math.random() * 2000 : 60e3)
  }

  // there is something to play; after the end it must be a recording
  function found(isComplete) {
    if (isEnded() && !isComplete) return giveUp()
    isRecording = isEnded()
    // the living may have ended, or been reopened, since the page was made
    document.querySelector('script[data-link]').dataset.replay = isRecording ? '1' : '0'
    show('#connecting', false)
    if (one('#screen').hidden) movedMs = performance.now()
    showScreen(true)
    // a recording is begun by the viewer, and so may sound
    if (isRecording) player.muted = false
    // a recording waits to be started: nobody is counted who has just left the page open
    if (!isRecording && player.paused && !isLeftToViewer) play()
  }

  function giveUp() {
    isRecording = false
    hls?.destroy()
    hls = undefined
    player.removeAttribute('src')
    player.load()
    show('#connecting', false)
    showScreen(false)
    clearTimeout(retry)
    // a recording may be published later
    retry = setTimeout(begin, 60e3 + Math.random() * 30e3)
  }

  function play() {
    player.play().catch(({ name }) => {
      // the browser wants a tap first, as in WeChat and on phones that save energy
      if (name === 'NotAllowedError') leaveToViewer()
    })
  }

  player.addEventListener('loadedmetadata', () => hls || found(Number.isFinite(player.duration)))
  player.addEventListener('error', () => hls || later(begin))

  // --- while a live stream is paused it is not downloaded, so that its server does not count it either

  let isLeftToViewer = false // the viewer has paused, or has to begin
  function leaveToViewer() {
    isLeftToViewer = true
    if (hls && !isEnded()) hls.stopLoad()
  }
  player.addEventListener('pause', () => player.ended || player.seeking || leaveToViewer())
  player.addEventListener('play', () => {
    movedMs = performance.now()
    if (!isLeftToViewer) return
    isLeftToViewer = false
    if (hls && !isEnded()) hls.startLoad(-1)
  })

  // --- a stream that stands still for 20 s is loaded anew; after the end, the recording is looked for

  function stateChanged() {
    const isPlayingLive = !one('#screen').hidden && !player.paused && !isRecording
    if (isPlayingLive) return // what is left of a stream that has ended is played to its end
    isRecording = false
    showScreen(false)
    beginAgain()
  }
  function beginAgain() {
    isLeftToViewer = false
    begin()
  }
  player.addEventListener('ended', () => isEnded() && !isRecording && beginAgain())

  setInterval(() => {
    if (player.currentTime !== clock) movedMs = performance.now()
    clock = player.currentTime
    const wasStanding = isStanding
    isStanding = !one('#screen').hidden && !isLeftToViewer && performance.now() - movedMs > 6000
    if (isStanding && !wasStanding) refreshLater()
    show('#stalled', isStanding && !isRecording)
    if (!isStanding || isRecording) return
    if (isEnded()) beginAgain()
    else if (performance.now() - movedMs > 20e3) {
      movedMs = performance.now()
      begin()
    }
  }, 1000)

  // --- sound: browsers start a video by itself only when it is muted

  const sound = one('#sound')
  const showSound = () => {
    sound.hidden = !player.muted || player.paused
  }
  sound.addEventListener('click', () => {
    player.muted = false
    showSound()
  })
  for (const name of ['play', 'playing', 'pause', 'volumechange']) player.addEventListener(name, showSound)

  // --- what is counted, as heartbeat.js tells it

  let sinceSeconds // since when time has been counted, by the server's clock
  let isWaiting = false
  let isRefused = false
  let playedMs = 0
  document.addEventListener('rollcall', ({ detail }) => {
    isWaiting = Boolean(detail.waiting)
    isRefused = detail.refused === 403
    if (detail.counted) sinceSeconds = Math.min(sinceSeconds ?? Number.POSITIVE_INFINITY, now() - (Date.now() - detail.since) / 1000)
    if (detail.refused || (detail.living && detail.living !== main.dataset.state)) void refresh()
  })

  function counting() {
    if (isRefused) return 'refused'
    if (isWaiting) return 'waiting'
    if (sinceSeconds === undefined) return playedMs > 30e3 ? 'uncounted' : 'idle'
    return player.paused || performance.now() - movedMs > 6000 ? 'paused' : 'playing'
  }
  setInterval(() => {
    if (!player.paused && performance.now() - movedMs < 2000) playedMs += 1000
    const shown = counting()
    for (const each of document.querySelectorAll('[data-counting]')) each.hidden = each.dataset.counting !== shown
    const clockOf = new Intl.DateTimeFormat([], { timeZone: main.dataset.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    if (sinceSeconds) one('.since').textContent = clockOf.format(sinceSeconds * 1000)
  }, 1000)

  begin()
})()
