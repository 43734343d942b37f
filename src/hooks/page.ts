import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Lang } from '../request/language.ts'
import { texts } from './page_texts.ts'

type Asset = { readonly type: string; readonly text: string; readonly etag: string }

/** A file of the page with its ETag, a hash of its text. */
const asset = (type: string, text: string): Asset => ({
  type: `text/${type}; charset=utf-8`,
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`,
})
const file = (name: string) => readFileSync(new URL(`../../assets/${name}`, import.meta.url), 'utf8')

/** What a viewer's browser loads, by path: the heartbeat script, for any page, and the files of Rollcall's own page with a player. */
export const assets: Readonly<Record<string, Asset>> = {
  '/heartbeat.js': asset('javascript', file('heartbeat.js')),
  '/watch.js': asset('javascript', file('watch.js')),
  '/watch.css': asset('css', file('watch.css')),
  '/hls.js': asset('javascript', readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.light.min.js'), 'utf8')),
}

/** The Content-Security-Policy of the page: the stream may come from any host, everything else from this one. */
export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; media-src * blob:; connect-src * blob:; worker-src blob:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/** Text escaped for HTML, also inside an attribute. */
export const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** A whole page. `title` is text; `head` and `body` are HTML. */
export const documentOf = (lang: Lang, { title, head = '', body }: { title: string; head?: string; body: string }) => `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<title>${escaped(title)}</title>
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/watch.css">
${head}</head>
<body>
${body}
</body>
</html>
`

/** The page of a link that is damaged, expired or revoked. */
export function deadLinkPage(lang: Lang): string {
  const say = texts[lang]
  return documentOf(lang, {
    title: say.deadTitle,
    body: `<main class="dead">
<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9.5 14.5 7 17a3.5 3.5 0 0 1-5-5l3-3a3.5 3.5 0 0 1 4.5-.4M14.5 9.5 17 7a3.5 3.5 0 0 1 5 5l-3 3a3.5 3.5 0 0 1-4.5.4M8 2v3M2.5 6.5l2 1M16 22v-3M21.5 17.5l-2-1"/></svg>
<h1>${say.deadTitle}</h1>
<p>${say.deadWhy}</p>
<p>${say.deadDo}</p>
</main>`,
  })
}
