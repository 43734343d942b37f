// What a page does beyond what it says: it follows a lesson that runs, and spares a teacher reloading. Every page works without.
document.documentElement.classList.add('scripted')

const lesson = document.querySelector('[data-lesson]')
const all = (selector, within = document) => [...within.querySelectorAll(selector)]

/** Numbers into their places: `students.missing` and the like. */
function fill(within, numbers) {
  for (const place of all('[data-n]', within)) {
    const [reading, name] = place.dataset.n.split('.')
    const value = numbers[reading]?.[name]
    if (value !== undefined && place.textContent !== String(value)) place.textContent = value
  }
}

function fillBar(bar, watched, expected, label) {
  bar?.querySelector('.fill')?.setAttribute('width', expected ? (watched / expected) * 100 : 0)
  if (label) bar?.setAttribute('aria-label', label)
}

/** What stands in the page's address, as its changing part. */
function partOf(address) {
  const url = new URL(address, location.href)
  url.searchParams.set('part', 'list')
  return url
}

/** What the server says; where the session has ended meanwhile, the page goes to the door, and says nothing old. */
async function ask(address, options) {
  const answer = await fetch(address, options)
  if (answer.redirected) location.reload()
  return answer.ok && !answer.redirected ? answer : undefined
}

let asking
/** Fetches what changes and puts it in place; a later question overtakes an earlier one. */
async function renew(address = location.href) {
  asking?.abort()
  const mine = new AbortController()
  asking = mine
  try {
    const answer = await ask(partOf(address), { signal: mine.signal })
    if (!answer) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const [numbers, list] = [fresh.querySelector('#numbers'), fresh.querySelector('#list')]
    const back = focusPlace()
    if (numbers) document.querySelector('#numbers').replaceChildren(...numbers.childNodes)
    if (list) settle(document.querySelector('#list'), list)
    back()
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
}

const focusable = 'a, button, input'

/** Where the keyboard is, to go back there when what it was on has been put anew: the same row, or tab, and in it the same thing. */
function focusPlace() {
  const here = document.activeElement
  const within = here?.closest('.people > li, #numbers, #list')
  if (!within) return () => {}
  const at = all(focusable, within).indexOf(here)
  return () => {
    if (here.isConnected) return here.focus({ preventScroll: true })
    const now = document.getElementById(within.id) ?? document.querySelector('#list')
    const place = all(focusable, now)[within.id === now.id ? at : 0]
    place?.focus({ preventScroll: true })
  }
}

let [due, renewedAt, pause] = [0, -1000, 1000]
/** Soon, and no oftener than the server finds easy: a tenth of the time it takes. A page that nobody looks at waits until somebody does. */
function renewSoon() {
  if (due || document.hidden) return
  due = setTimeout(
    async () => {
      const began = performance.now()
      await renew()
      renewedAt = performance.now()
      pause = Math.max(1000, 10 * (renewedAt - began))
      due = 0
    },
    Math.max(0, renewedAt + pause - performance.now()),
  )
}

/** The list as it is now; a row that stays keeps what is ticked and what is open in it. */
function settle(list, fresh) {
  const before = new Map(all('.people > li', list).map((row) => [row.id, row]))
  for (const row of all('.people > li', fresh)) {
    const old = before.get(row.id)
    const timeline = old?.querySelector('.timeline')
    if (timeline) {
      row.append(timeline)
      row.querySelector('[data-expand]')?.setAttribute('aria-expanded', 'true')
    }
    if (old?.querySelector('input')?.checked) row.querySelector('input')?.setAttribute('checked', '')
  }
  const reason = list.querySelector('input[name=reason]')
  const place = fresh.querySelector('input[name=reason]')
  if (reason && place) place.replaceWith(reason)
  list.replaceChildren(...fresh.childNodes)
}

/* A lesson that runs: events, and where those do not come through, a question every two seconds. */
if (lesson?.dataset.live) follow(lesson.dataset.lesson)

function follow(path) {
  const query = new URLSearchParams(location.search)
  const party = query.get('class')
  const asked = party ? `?class=${party}` : ''
  let version
  const take = (numbers) => {
    if (numbers.version === version) return
    const isFirst = version === undefined
    version = numbers.version
    // also when it is the first thing heard: a lesson may end between the page and its events
    if (numbers.state !== 1) return location.reload()
    if (!isFirst && !Number(query.get('min'))) show(numbers)
    renewSoon()
  }
  document.addEventListener('visibilitychange', renewSoon)
  const source = new EventSource(`${path}/events${asked}`)
  source.onmessage = ({ data }) => take(JSON.parse(data))
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return
    setInterval(async () => {
      const answer = await ask(`${path}/numbers${asked}`).catch(() => undefined)
      if (answer) take(await answer.json())
    }, 2000)
  }
}

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

/* Cards of lessons that run, on the page of all lessons. */
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
      fillBar(card.querySelector('.bar'), numbers.students.watched, numbers.students.expected)
    }
  }, 2000)

/* Search, choices and the slider answer as they are changed. */
for (const form of all('form[data-filters]')) {
  let timer
  const ask = () => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && !(name === 'min' && value === '0')))
    const address = `${form.getAttribute('action')}?${asked}`
    if (!document.querySelector('#list')) return location.assign(address)
    history.replaceState(null, '', address)
    const { show } = form.elements
    if (show) document.querySelector('#roll-title').textContent = show.selectedOptions[0].textContent
    void renew(address)
  }
  form.addEventListener('input', ({ target }) => {
    if (target.type === 'range') target.closest('label').querySelector('output').textContent = `${target.value}%`
    clearTimeout(timer)
    timer = setTimeout(ask, target.matches('select') ? 0 : 200)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    ask()
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

async function copy(button, text) {
  // a browser gives the clipboard to HTTPS and to this machine alone
  if (!navigator.clipboard) return button.href && location.assign(button.href)
  const said = button.textContent
  await navigator.clipboard.writeText(text)
  button.textContent = button.dataset.copied
  setTimeout(() => {
    button.textContent = said
  }, 1500)
}

for (const button of all('[data-print]')) button.hidden = false
