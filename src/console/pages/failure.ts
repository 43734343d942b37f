import { html } from '../html.ts'
import { guestPage } from '../layout.ts'
import type { Answer, Guest } from '../visit.ts'

const told = {
  400: ['failed', 'formStale'],
  403: ['refused', 'refusedSay'],
  404: ['notFound', 'notFoundSay'],
  413: ['tooLarge', 'tooLargeSay'],
  500: ['failed', 'failedSay'],
} as const

/** What went wrong, and a way back. */
export function failurePage(guest: Guest, status: keyof typeof told): Answer {
  const [title, saying] = told[status]
  const { say } = guest
  return {
    status,
    page: guestPage(
      guest,
      say(title),
      html`<div class="empty"><h1 class="big">${say(title)}</h1><p>${say(saying)}</p><p><a class="button" href="/">${say('livings')}</a></p></div>`,
    ),
  }
}
