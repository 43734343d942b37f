import type { HookRow } from '../store.ts'

/**
 * Reads the list of connections that a streaming server keeps. Adapters give the sessions of viewers the same names.
 *
 * @param streams the livingids whose open sessions are asked for
 * @param now unix seconds
 * @returns the names of the sessions that are connected. It throws where the server does not answer, or answers something else
 */
export type ClientList = (hook: HookRow, streams: readonly string[], now: number) => Promise<ReadonlySet<string>>

const timeoutMs = 5000
/** Characters of a list: 30,000 connections of SRS. */
const mostCharacters = 32 * 2 ** 20

/** An answer with another status than 200. */
export class StatusError extends Error {
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** The body of an answer with status 200. Throws a `StatusError` for another status. */
export async function textFrom(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  if (response.status !== 200) throw new StatusError(`${withoutQuery(url)}: expected status 200, got ${response.status}`, response.status)
  const text = await response.text()
  if (text.length > mostCharacters) throw new Error(`${withoutQuery(url)}: expected at most ${mostCharacters} characters`)
  return text
}

/** The address of a call of an API: `path` behind the address of the hook. */
export const addressOf = ({ api }: HookRow, path: string) => `${api.replace(/\/+$/, '')}${path}`

/** The elements of a list in a JSON answer. Throws where the field is no list. */
export function listIn(text: string, field: string, url: string): Record<string, unknown>[] {
  const list = (JSON.parse(text) as Record<string, unknown>)[field]
  if (!Array.isArray(list)) throw new Error(`${withoutQuery(url)}: expected a list "${field}"`)
  return list as Record<string, unknown>[]
}

/** An address as it may be logged. */
export const withoutQuery = (url: string) => url.split('?')[0]
