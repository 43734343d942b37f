import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** What a viewer's browser gets: the heartbeat script, for any page, and Rollcall's own page with a player. */
const asset = (name: string) => readFileSync(new URL(`../../assets/${name}`, import.meta.url), 'utf8')

export const scripts: Readonly<Record<string, string>> = {
  '/heartbeat.js': asset('heartbeat.js'),
  '/watch.js': asset('watch.js'),
  '/hls.js': readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js'), 'utf8'),
}

/** The ETag of a text. */
export const etagOf = (text: string) => `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`

/** The Content-Security-Policy of the page: the stream may come from any host, everything else from this one. */
export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; media-src * blob:; connect-src * blob:; worker-src blob:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/** Text escaped for HTML. */
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** The page of a valid link: the player of the stream at `source`, whose heartbeats name the link. */
export const watchPage = ({
  theme,
  name,
  source,
  link,
  isReplay,
}: {
  theme: string
  name: string
  source: string
  link: string
  isReplay: boolean
}) => `<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(theme)}</title>
<style>
body { margin: 0; background: #111; color: #eee; font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
main { max-width: 70rem; margin: auto; padding: 1rem }
video { width: 100%; aspect-ratio: 16 / 9; background: #000; border-radius: .5rem }
h1 { font-size: 1.2rem; font-weight: 600 }
</style>
<main>
<video controls autoplay muted playsinline data-source="${escaped(source)}"></video>
<h1>${escaped(theme)}</h1>
<p hidden>这个浏览器不能播放直播，请换一个浏览器。This browser cannot play the lesson: please use another.</p>
<small>${escaped(name)}</small>
</main>
<script src="/hls.js"></script>
<script src="/watch.js"></script>
<script src="/heartbeat.js" data-link="${escaped(link)}" data-replay="${isReplay ? 1 : 0}"></script>
</html>
`

/** The page of a link that is not valid, or whose living has no `play_url`. */
export const deadLinkPage = `<!doctype html><html lang="zh"><meta charset="utf-8"><title>链接已失效</title>
<p>链接已失效，请向老师要一个新的。This link is no longer good: ask the teacher for a new one.</p></html>
`
