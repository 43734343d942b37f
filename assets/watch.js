/* The viewer's page: plays HLS with hls.js where the browser supports it, else with the browser's own player. */
;(() => {
  const player = document.querySelector('video')
  const source = player.dataset.source
  const native = player.canPlayType('application/vnd.apple.mpegurl')
  if (window.Hls?.isSupported()) {
    const hls = new window.Hls({ liveDurationInfinity: true })
    hls.loadSource(source)
    hls.attachMedia(player)
    // the stream has not begun, or is interrupted: try again after 3 s
    hls.on(window.Hls.Events.ERROR, (_, { fatal }) => fatal && setTimeout(() => hls.loadSource(source), 3000))
  } else if (native) {
    player.src = source
    player.addEventListener('error', () => setTimeout(() => player.load(), 3000))
  } else document.querySelector('p').hidden = false
})()
