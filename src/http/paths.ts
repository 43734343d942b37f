import { table } from '../wire/table.ts'

export type Name = keyof typeof table
export type Found = { readonly name: Name; readonly params: Readonly<Record<string, string>> }

const noParams: Found['params'] = {}
const whole = new Map<string, Found>()
const withParams: { name: Name; pattern: RegExp }[] = []
for (const name of Object.keys(table) as Name[]) {
  const { path } = table[name]
  if (path.includes('{')) withParams.push({ name, pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]*)')}$`) })
  else whole.set(path, { name, params: noParams })
}

/** The call of a path, a slash at its end or not. Throws a URIError where an id in it is no UTF-8. */
export function callAt(path: string): Found | undefined {
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const found = whole.get(bare)
  if (found) return found
  for (const { name, pattern } of withParams) {
    const groups = pattern.exec(bare)?.groups
    if (groups) return { name, params: Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)])) }
  }
  return undefined
}
