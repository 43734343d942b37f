import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that came to the canned server. */
export type Asked = { method: string; path: string; query: Record<string, string>; body: Record<string, unknown> | undefined }
/** A JSON body; or a text, which is sent with HTTP 502; or `drop`, which closes the connection without an answer. */
type Answer = object | string | 'drop'
/** The answers of each path: a list, of which the last one is repeated, or a function of the request and its number, counted from 0. */
export type CannedAnswers = Record<string, Answer[] | ((asked: Asked, nth: number) => Answer | Promise<Answer>)>

/** The errmsg of a failure as WeCom writes it (captured in 2024). */
export const decorated = (text: string, errcode: number) =>
  `${text}, hint: [1711617777123456789012345], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
export const failure = (errcode: number, text: string, rest: object = {}) => ({ ...rest, errcode, errmsg: decorated(text, errcode) })

/** Starts a server that gives prepared answers and records the requests. `times` returns how often a path was asked for. */
export async function startCannedServer(play: CannedAnswers) {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://host')
    const each = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: await bodyOf(request),
    }
    asked.push(each)
    const nth = counts.get(each.path) ?? 0
    counts.set(each.path, nth + 1)
    const given =
      play[each.path] ??
      (each.path === '/cgi-bin/gettoken' ? [{ errcode: 0, errmsg: 'ok', access_token: `T${nth}`, expires_in: 7200 }] : undefined)
    const answer = typeof given === 'function' ? await given(each, nth) : (given?.[nth] ?? given?.at(-1))
    if (answer === 'drop') return request.socket.destroy()
    // WeCom's headers, captured in 2024: HTTP 200 always, with errcode and errmsg repeated
    const { errcode = 0, errmsg = 'ok' } = (typeof answer === 'object' ? answer : {}) as { errcode?: number; errmsg?: string }
    response.writeHead(answer === undefined ? 404 : typeof answer === 'string' ? 502 : 200, {
      'content-type': 'application/json; charset=UTF-8',
      'error-code': errcode,
      'error-msg': errmsg.replace(/[^\x20-\x7e]/g, '?'),
    })
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    times: (path: string) => counts.get(path) ?? 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const text = Buffer.concat(await Array.fromAsync(request)).toString()
  return text === '' ? undefined : JSON.parse(text)
}
