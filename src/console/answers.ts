import type { FastifyReply } from 'fastify'
import type { Answer } from './page_request.ts'

/**
 * The security headers of every answer of the console. The CSP (content security policy) allows scripts and styles of this server's
 * files only, and none inside a page. So a script hidden in a name of the roster does not run, even if escaping failed.
 */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Sends the answer of a page, with the security headers. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.headers(securityHeaders)
  if ('page' in answer && answer.retryAfterSeconds) reply.header('retry-after', answer.retryAfterSeconds)
  if ('page' in answer)
    return reply
      .code(answer.status ?? 200)
      .type('text/html; charset=utf-8')
      .send(answer.page.text)
  if ('redirectTo' in answer) return reply.redirect(answer.redirectTo, 303)
  if ('json' in answer) return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.json))
  if ('file' in answer) {
    const disposition = `attachment; filename="rollcall"; filename*=UTF-8''${encodeURIComponent(answer.name)}`
    return reply.type(answer.type).header('content-disposition', disposition).send(answer.file)
  }
  return reply.type('text/plain; charset=utf-8').send(answer.text)
}
