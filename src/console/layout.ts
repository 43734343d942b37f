import { type Html, html, nothing, pathWithQuery } from './html.ts'
import { isAdministrator, type PageRequest, type SignedInRequest } from './page_request.ts'
import type { Text } from './texts/say.ts'

type Section = 'livings' | 'classes' | 'roster' | 'apps' | 'accounts'
type PageContent = { title: string; body: Html; section?: Section }

const sections: readonly { section: Section; path: string; forAll: boolean }[] = [
  { section: 'livings', path: '/', forAll: true },
  { section: 'classes', path: '/classes', forAll: true },
  { section: 'roster', path: '/roster', forAll: true },
  { section: 'apps', path: '/apps', forAll: false },
  { section: 'accounts', path: '/accounts', forAll: false },
]

/** A whole page with the navigation, for somebody signed in. `section` is the navigation entry to highlight. */
export function page(request: SignedInRequest, { title, body, section }: PageContent): Html {
  const { say, account } = request
  const shown = sections.filter(({ forAll }) => forAll || isAdministrator(request))
  return documentOf(
    request,
    `${title} · ${say('title')}`,
    html`<header class="top">
  <a class="brand" href="/">${logo}<span>${say('title')}</span></a>
  <nav aria-label="${say('menu')}">${shown.map(
    ({ section: name, path }) => html`<a href="${path}"${name === section ? html` aria-current="page"` : nothing}>${say(name)}</a>`,
  )}</nav>
  <div class="who"><span class="school">${account.corp_name}</span><span class="me">${account.name}</span>${languageSwitch(request)}
  <form method="post" action="/sign-out">${csrfField(request)}<button class="plain">${say('signOut')}</button></form></div>
</header>
<main id="content">${body}</main>`,
  )
}

/** A whole page without navigation, also for people who are not signed in. */
export const signedOutPage = (request: PageRequest, title: string, body: Html): Html =>
  documentOf(
    request,
    `${title} · ${request.say('title')}`,
    html`<div class="guest"><header class="top"><a class="brand" href="/">${logo}<span>${request.say('title')}</span></a><div class="who">${languageSwitch(request)}</div></header>
<main id="content">${body}</main></div>`,
  )

function documentOf({ lang, say, serving }: PageRequest, title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${serving.assets.css}">
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<script src="${serving.assets.js}" defer></script>
</head>
<body>
<a class="skip" href="#content">${say('skip')}</a>
${body}
</body>
</html>
`
}

/** The logo: a list with one line ticked. */
const logo = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M4 5h9M4 12h7M4 19h9" /><path class="tick" d="m14 12 3 3.5 5-8" /></svg>`

/** The hidden field with the CSRF token. Every form that posts needs it. */
export const csrfField = ({ csrfToken }: PageRequest) => html`<input type="hidden" name="token" value="${csrfToken}">`

/** The button that switches to the other language and comes back to the same page. */
function languageSwitch(request: PageRequest) {
  const { lang, say, path, query } = request
  return html`<form method="post" action="/language">${csrfField(request)}<input type="hidden" name="back" value="${pathWithQuery(path, Object.fromEntries(query))}"><button class="plain" name="to" value="${lang === 'zh' ? 'en' : 'zh'}" lang="${lang === 'zh' ? 'en' : 'zh-CN'}">${say('language')}</button></form>`
}

/** A form of one button. `fields` are its hidden fields, `kind` the button's CSS class. */
export const buttonForm = (request: PageRequest, action: string, label: string, fields: Readonly<Record<string, string>> = {}, kind = '') =>
  html`<form method="post" action="${action}">${csrfField(request)}${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="${kind}">${label}</button></form>`

/** A bar filled to `part` of `whole`. It is SVG, since the CSP forbids the style attribute that an HTML bar would need for its width. */
export function bar(part: number, whole: number, label: string, kind = ''): Html {
  const percent = whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0
  return html`<svg class="bar ${kind}" role="img" aria-label="${label}" viewBox="0 0 100 1" preserveAspectRatio="none"><rect class="track" width="100" height="1" /><rect class="fill" width="${percent}" height="1" /></svg>`
}

/** What stands where a list has no entries. */
export const empty = (title: string, explanation?: string) =>
  html`<div class="empty"><p class="big">${title}</p>${explanation && html`<p>${explanation}</p>`}</div>`

/** A message about what has just been done; screen readers read it out. */
export const notice = (text: string) => html`<p class="notice" role="status">${text}</p>`

/** A labelled select. `chosen` is the value that is selected. */
export const choice = (name: string, label: string, options: readonly (readonly [value: string, text: string])[], chosen: string) =>
  html`<label class="field"><span>${label}</span><select name="${name}">${options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select></label>`

/** CSS class and text of a living's state, by its number. */
export const stateNames: readonly Text[] = ['reserved', 'live', 'ended', 'expired', 'cancelled']

/**
 * Links to the previous and the next page of a list, and the number of this one. Nothing if all fits on one page.
 *
 * @param at this page, from 1
 * @param size entries of a page
 * @param total entries of the list
 */
export function pager({ say, path, query }: PageRequest, at: number, size: number, total: number): Html {
  const pages = Math.max(1, Math.ceil(total / size))
  if (pages === 1) return nothing
  const to = (page: number) => pathWithQuery(path, { ...Object.fromEntries(query), part: undefined, page: page > 1 ? page : undefined })
  return html`<nav class="pager" aria-label="${say('pageOf', { page: at, pages, n: total })}">${
    at > 1 ? html`<a rel="prev" href="${to(at - 1)}">${say('previous')}</a>` : html`<span></span>`
  }<span class="num">${say('pageOf', { page: at, pages, n: total })}</span>${
    at < pages ? html`<a rel="next" href="${to(at + 1)}">${say('next')}</a>` : html`<span></span>`
  }</nav>`
}
