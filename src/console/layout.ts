import { type Html, html, link, nothing } from './html.ts'
import type { Text } from './texts.ts'
import { type Guest, isAdministrator, type Visit } from './visit.ts'

type Section = 'livings' | 'classes' | 'roster' | 'apps' | 'accounts'
type Sheet = { title: string; body: Html; section?: Section; wide?: boolean }

const sections: readonly { section: Section; path: string; forAll: boolean }[] = [
  { section: 'livings', path: '/', forAll: true },
  { section: 'classes', path: '/classes', forAll: true },
  { section: 'roster', path: '/roster', forAll: true },
  { section: 'apps', path: '/apps', forAll: false },
  { section: 'accounts', path: '/accounts', forAll: false },
]

/** A whole page for somebody signed in. */
export function page(visit: Visit, { title, body, section }: Sheet): Html {
  const { say, account } = visit
  const shown = sections.filter(({ forAll }) => forAll || isAdministrator(visit))
  return sheet(
    visit,
    `${title} · ${say('title')}`,
    html`<header class="top">
  <a class="brand" href="/">${mark}<span>${say('title')}</span></a>
  <nav aria-label="${say('menu')}">${shown.map(
    ({ section: name, path }) => html`<a href="${path}"${name === section ? html` aria-current="page"` : nothing}>${say(name)}</a>`,
  )}</nav>
  <div class="who"><span class="school">${account.corp_name}</span><span class="me">${account.name}</span>${languageSwitch(visit)}
  <form method="post" action="/sign-out">${tokenField(visit)}<button class="plain">${say('signOut')}</button></form></div>
</header>
<main id="content">${body}</main>`,
  )
}

/** A page for anybody. */
export const guestPage = (guest: Guest, title: string, body: Html): Html =>
  sheet(
    guest,
    `${title} · ${guest.say('title')}`,
    html`<div class="guest"><header class="top"><a class="brand" href="/">${mark}<span>${guest.say('title')}</span></a><div class="who">${languageSwitch(guest)}</div></header>
<main id="content">${body}</main></div>`,
  )

function sheet({ lang, say, room }: Guest, title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${room.assets.css}">
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<script src="${room.assets.js}" defer></script>
</head>
<body>
<a class="skip" href="#content">${say('skip')}</a>
${body}
</body>
</html>
`
}

/** A roll with one line ticked. */
const mark = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M4 5h9M4 12h7M4 19h9" /><path class="tick" d="m14 12 3 3.5 5-8" /></svg>`

export const tokenField = ({ token }: Guest) => html`<input type="hidden" name="token" value="${token}">`

/** The other language, and back to where one was. */
function languageSwitch(guest: Guest) {
  const { lang, say, path, query } = guest
  return html`<form method="post" action="/language">${tokenField(guest)}<input type="hidden" name="back" value="${link(path, Object.fromEntries(query))}"><button class="plain" name="to" value="${lang === 'zh' ? 'en' : 'zh'}" lang="${lang === 'zh' ? 'en' : 'zh-CN'}">${say('language')}</button></form>`
}

/** A small form of one button. */
export const buttonForm = (guest: Guest, action: string, label: string, fields: Readonly<Record<string, string>> = {}, kind = '') =>
  html`<form method="post" action="${action}">${tokenField(guest)}${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="${kind}">${label}</button></form>`

/** How much of a whole, drawn without a style attribute, which the content security policy forbids. */
export function bar(part: number, whole: number, label: string, kind = ''): Html {
  const percent = whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0
  return html`<svg class="bar ${kind}" role="img" aria-label="${label}" viewBox="0 0 100 1" preserveAspectRatio="none"><rect class="track" width="100" height="1" /><rect class="fill" width="${percent}" height="1" /></svg>`
}

export const empty = (title: string, saying?: string) =>
  html`<div class="empty"><p class="big">${title}</p>${saying && html`<p>${saying}</p>`}</div>`

export const notice = (text: string) => html`<p class="notice" role="status">${text}</p>`

/** A select of named values; one is chosen. */
export const choice = (name: string, label: string, options: readonly (readonly [value: string, text: string])[], chosen: string) =>
  html`<label class="field"><span>${label}</span><select name="${name}">${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select></label>`

export const stateNames: readonly Text[] = ['reserved', 'live', 'ended', 'expired', 'cancelled']

/** Pages of a list: where one is, and the neighbours. */
export function pager({ say, path, query }: Guest, at: number, size: number, total: number): Html {
  const pages = Math.max(1, Math.ceil(total / size))
  if (pages === 1) return nothing
  const to = (page: number) => link(path, { ...Object.fromEntries(query), part: undefined, page: page > 1 ? page : undefined })
  return html`<nav class="pager" aria-label="${say('pageOf', { page: at, pages, n: total })}">${
    at > 1 ? html`<a rel="prev" href="${to(at - 1)}">${say('previous')}</a>` : html`<span></span>`
  }<span class="num">${say('pageOf', { page: at, pages, n: total })}</span>${
    at < pages ? html`<a rel="next" href="${to(at + 1)}">${say('next')}</a>` : html`<span></span>`
  }</nav>`
}
