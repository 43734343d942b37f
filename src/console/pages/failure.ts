import { retryAfterSeconds } from '../../request/refused_request.ts'
import { html } from '../html.ts'
import { signedOutPage } from '../layout.ts'
import type { Answer, PageRequest } from '../page_request.ts'

const textsByStatus = {
  400: ['failed', 'formStale'],
  403: ['refused', 'refusedSay'],
  404: ['notFound', 'notFoundSay'],
  413: ['tooLarge', 'tooLargeSay'],
  503: ['failed', 'failedSay'],
} as const

type FailureStatus = keyof typeof textsByStatus

export const isFailureStatus = (status: number): status is FailureStatus => status in textsByStatus

/** A page that says what went wrong, with a link to the first page. */
export function failurePage(request: PageRequest, status: FailureStatus): Answer {
  const [title, explanation] = textsByStatus[status]
  const { say } = request
  return {
    status,
    ...(status === 503 && { retryAfterSeconds }),
    page: signedOutPage(
      request,
      say(title),
      html`<div class="empty"><h1 class="big">${say(title)}</h1><p>${say(explanation)}</p><p><a class="button" href="/">${say('livings')}</a></p></div>`,
    ),
  }
}
