/* The lesson's own page: plays HLS with what the browser has, else with hls.js. */
;(() => {
  const player = document.querySelector('video')
  const source = player.dataset.source
  const native = player.canPlayType('application/vnd.apple.mpegurl')
  if (window.Hls?.isSupported()) {
    const hls = new window.Hls({ liveDurationInfinity: true })
    hls.loadSource(source)
    hls.attachMedia(player)
    // a stream that is not there yet, or gone for a while, is tried again
    hls.on(window.Hls.Events.ERROR, (_, { fatal }) => fatal && setTimeout(() => hls.loadSource(source), 3000))
  } else if (native) {
    player.src = source
    player.addEventListener('error', () => setTimeout(() => player.load(), 3000))
  } else document.querySelector('p').hidden = false
})()
