import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { PageRequest } from './page_request.ts'

/** The CSRF token of a browser: a hash of its session or guest cookie, which no other site can read. Every form carries the token. */
export const csrfTokenOf = (cookie: string) => createHash('sha256').update(`form ${cookie}`).digest('base64url')

/** Whether a POST comes from a form of this console: the CSRF token is right, and the browser does not call the request cross-site. */
export const isSentByOurForm = (http: FastifyRequest, { form, query }: PageRequest, csrfCookie: string): boolean =>
  isCsrfToken(csrfCookie, form.get('token') ?? query.get('token')) && (http.headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin'

function isCsrfToken(cookie: string, given: string | null): boolean {
  const expected = Buffer.from(csrfTokenOf(cookie))
  const actual = Buffer.from(given ?? '')
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
