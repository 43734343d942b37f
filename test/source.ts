import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../', import.meta.url))

/** A file of the repository, by its path from the root. */
export type Source = { readonly path: string; readonly text: string }

export const sources = (pattern: string): Source[] =>
  globSync(pattern, { cwd: root, exclude: ['**/node_modules'] })
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }))

/** What a file imports: paths from the root for ours, bare names for packages. */
export const importsOf = ({ path, text }: Source): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)]
    .map(([, name]) => name as string)
    .map((name) => (name.startsWith('.') ? join(dirname(path), name).replaceAll('\\', '/') : name))

/** `src/roster/store.ts` is of `roster`; a file straight in src is of its own name, `src/call.ts` of `call`. */
export const partOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '')
