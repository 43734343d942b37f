// Keeps open pages up to date and saves reloads. Every page of the console works without this script.
document.documentElement.classList.add('scripted')

const livingElement = document.querySelector('[data-lesson]')
const all = (selector, within = document) => [...within.querySelectorAll(selector)]

/** Writes numbers into the elements whose `data-n` names them, such as `pupils.missing`. */
function fill(within, numbers) {
  for (const element of all('[data-n]', within)) {
    const [reading, name] = element.dataset.n.split('.')
    const value = numbers[reading]?.[name]
    if (value !== undefined && element.textContent !== String(value)) element.textContent = value
  }
}

/** Sets how far a bar is filled, and its label for screen readers if one is given. */
function fillBar(bar, watched, expected, label) {
  bar?.querySelector('.fill')?.setAttribute('width', expected ? (watched / expected) * 100 : 0)
  if (label) bar?.setAttribute('aria-label', label)
}

/** The URL of the part of a page that changes: its counts and its list. */
function partOf(address) {
  const url = new URL(address, location.href)
  url.searchParams.set('part', 'list')
  return url
}

/**
 * Fetches from the server; undefined for an answer that is not 2xx. After the session has expired the server redirects to sign-in. Then the
 * page is reloaded, so that it does not go on showing old numbers.
 */
async function ask(address, options) {
  const answer = await fetch(address, options)
  if (answer.redirected) location.reload()
  return answer.ok && !answer.redirected ? answer : undefined
}

let pendingRefresh
/** Fetches the counts, the bars and the list, and replaces them in the page. A later refresh aborts an earlier one that is still waiting. */
async function refresh(address = location.href) {
  pendingRefresh?.abort()
  const aborter = new AbortController()
  pendingRefresh = aborter
  try {
    const answer = await ask(partOf(address), { signal: aborter.signal })
    if (!answer) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const list = fresh.querySelector('#list')
    const restoreFocus = rememberFocus()
    for (const id of ['numbers', 'by-class']) {
      const part = fresh.getElementById(id)
      if (part) document.getElementById(id)?.replaceChildren(...part.childNodes)
    }
    if (list) replaceList(document.querySelector('#list'), list)
    // what is copied, printed and downloaded has the filters of the list
    const tools = all('#tools a', fresh)
    all('#tools a').forEach((link, index) => {
      if (tools[index]) link.href = tools[index].getAttribute('href')
    })
    restoreFocus()
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
}

const focusable = 'a, button, input'

/**
 * Remembers which element has the focus, and returns a function that restores it after a refresh has replaced that element: in the row, or
 * among the tabs or the classes, with the same id the focusable element at the same position. If the row is gone, it is the list's first one.
 */
function rememberFocus() {
  const focused = document.activeElement
  const within = focused?.closest('.people > li, #numbers, #by-class, #list')
  if (!within) return () => {}
  const position = all(focusable, within).indexOf(focused)
  return () => {
    if (focused.isConnected) return focused.focus({ preventScroll: true })
    const now = document.getElementById(within.id) ?? document.querySelector('#list')
    const target = all(focusable, now)[within.id === now.id ? position : 0]
    target?.focus({ preventScroll: true })
  }
}

let [refreshTimer, refreshedAt, pauseMs] = [0, -1000, 1000]
/**
 * Schedules a refresh. The pause between two refreshes is at least a second, and ten times as long as a refresh takes, so that a slow
 * server is asked less often. A hidden page is refreshed when it is shown again.
 */
function refreshSoon() {
  if (refreshTimer || document.hidden) return
  refreshTimer = setTimeout(
    async () => {
      const startedAt = performance.now()
      await refresh()
      refreshedAt = performance.now()
      pauseMs = Math.max(1000, 10 * (refreshedAt - startedAt))
      refreshTimer = 0
    },
    Math.max(0, refreshedAt + pauseMs - performance.now()),
  )
}

/**
 * Replaces the list by a fresh one. A row that is still listed keeps its checked checkbox and its open timeline. The reason being typed
 * stays.
 */
function replaceList(list, fresh) {
  const oldRows = new Map(all('.people > li', list).map((row) => [row.id, row]))
  for (const row of all('.people > li', fresh)) {
    const old = oldRows.get(row.id)
    const timeline = old?.querySelector('.timeline')
    if (timeline) {
      row.append(timeline)
      row.querySelector('[data-expand]')?.setAttribute('aria-expanded', 'true')
    }
    if (old?.querySelector('input')?.checked) row.querySelector('input')?.setAttribute('checked', '')
  }
  const reason = list.querySelector('input[name=reason]')
  const freshReason = fresh.querySelector('input[name=reason]')
  if (reason && freshReason) freshReason.replaceWith(reason)
  list.replaceChildren(...fresh.childNodes)
}

/* A living that is live: server-sent events; where a proxy does not let them through, polling every two seconds. */
if (livingElement?.dataset.live) follow(livingElement.dataset.lesson)

/** Keeps the page of a living up to date. `path` is the living's path on this server. */
function follow(path) {
  const party = new URLSearchParams(location.search).get('class')
  const classQuery = party ? `?class=${party}` : ''
  let version
  const take = (numbers) => {
    if (numbers.version === version) return
    const isFirst = version === undefined
    version = numbers.version
    // not live any more: also checked on the first message, since a living may end between loading the page and opening the events
    if (numbers.state !== 1) return location.reload()
    // the filters may have been changed since: these numbers have no minimum, and are of the class that the page was opened with
    const query = new URLSearchParams(location.search)
    if (!isFirst && !Number(query.get('min')) && (query.get('class') || null) === (party || null)) show(numbers)
    refreshSoon()
  }
  document.addEventListener('visibilitychange', refreshSoon)
  const source = new EventSource(`${path}/events${classQuery}`)
  source.onmessage = ({ data }) => take(JSON.parse(data))
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return
    setInterval(async () => {
      const answer = await ask(`${path}/numbers${classQuery}`).catch(() => undefined)
      if (answer) take(await answer.json())
    }, 2000)
  }
}

/** Shows new counts in the page, and in the bars of its classes. */
function show(numbers) {
  fill(document, numbers)
  const { reading } = document.querySelector('#numbers').dataset
  fillBar(document.querySelector('#numbers .bar'), numbers[reading].watched, numbers[reading].expected)
  for (const line of all('[data-class]')) {
    const [watched, expected] = numbers.classes[line.dataset.class]?.[reading] ?? []
    if (watched === undefined) continue
    fillBar(line.querySelector('.bar'), watched, expected)
    const text = line.querySelector('.num')
    if (text?.firstChild) text.firstChild.textContent = watched
  }
}

/* The cards of livings that are live, on the page of all livings: polled every two seconds. */
const cards = all('a[data-live]')
if (cards.length)
  setInterval(async () => {
    if (document.hidden) return
    for (const card of cards) {
      const answer = await ask(`${card.pathname}/numbers`).catch(() => undefined)
      if (!answer) continue
      const numbers = await answer.json()
      if (numbers.state !== 1) return location.reload()
      fill(card, numbers)
      fillBar(card.querySelector('.bar'), numbers.pupils.watched, numbers.pupils.expected)
    }
  }, 2000)

/* The filters apply as soon as they are changed: selects at once, typing and the slider 200 ms after the last change. */
for (const form of all('form[data-filters]')) {
  let timer
  const applyFilters = () => {
    const filters = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && !(name === 'min' && value === '0')))
    const address = `${form.getAttribute('action')}?${filters}`
    if (!document.querySelector('#list')) return location.assign(address)
    history.replaceState(null, '', address)
    const { show } = form.elements
    if (show) document.querySelector('#roll-title').textContent = show.selectedOptions[0].textContent
    void refresh(address)
  }
  form.addEventListener('input', ({ target }) => {
    if (target.type === 'range') target.closest('label').querySelector('output').textContent = `${target.value}%`
    clearTimeout(timer)
    timer = setTimeout(applyFilters, target.matches('select') ? 0 : 200)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    applyFilters()
  })
}

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-expand], [data-copy], [data-copy-text], [data-print]')
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
  if (link.matches('[data-print]')) return print()
  if (link.matches('[data-copy-text]')) return copy(link, link.parentElement.querySelector('code').textContent)
  event.preventDefault()
  if (link.matches('[data-copy]')) return copy(link, (await (await ask(link.href))?.text()) ?? '')
  const row = link.closest('li')
  const open = row.querySelector('.timeline')
  link.setAttribute('aria-expanded', String(!open))
  if (open) return open.remove()
  const answer = await ask(`${link.href}&part=1`)
  if (answer) row.append(...new DOMParser().parseFromString(await answer.text(), 'text/html').body.children)
})

/** Copies a text to the clipboard, and says so on the button for 1.5 s. */
async function copy(button, text) {
  // browsers give access to the clipboard only on HTTPS and on localhost; elsewhere open the text instead
  if (!navigator.clipboard) return button.href && location.assign(button.href)
  const label = button.textContent
  await navigator.clipboard.writeText(text)
  button.textContent = button.dataset.copied
  setTimeout(() => {
    button.textContent = label
  }, 1500)
}

for (const button of all('[data-print]')) button.hidden = false
