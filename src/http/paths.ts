import { table } from '../wire/table.ts'

export type Name = keyof typeof table
/** The call that a path names, and the parameters in it. */
export type FoundCall = { readonly name: Name; readonly params: Readonly<Record<string, string>> }

const noParams: FoundCall['params'] = {}
const callByPath = new Map<string, FoundCall>()
const patterns: { name: Name; pattern: RegExp }[] = []
for (const name of Object.keys(table) as Name[]) {
  const { path } = table[name]
  if (path.includes('{')) patterns.push({ name, pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]*)')}$`) })
  else callByPath.set(path, { name, params: noParams })
}

/** The call of a path, with a slash at its end or without; several slashes in a row count as one. Throws a URIError where an id in it is no UTF-8. */
export function callAt(path: string): FoundCall | undefined {
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const found = callByPath.get(bare)
  if (found) return found
  for (const { name, pattern } of patterns) {
    const groups = pattern.exec(bare)?.groups
    if (groups) return { name, params: Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)])) }
  }
  return path.includes('//') ? callAt(path.replaceAll(/\/{2,}/g, '/')) : undefined
}

/** Whether a path is one that WeCom's API may have. */
export const isOfficialPath = (path: string): boolean => /^\/+cgi-bin\//.test(path)
