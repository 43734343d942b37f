import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../', import.meta.url))

/** A file of the repository, by its path from the root. */
export type Source = { readonly path: string; readonly text: string }

/** The files of the repository whose path matches a glob pattern, sorted by path. */
export const sources = (pattern: string): Source[] =>
  globSync(pattern, { cwd: root, exclude: ['**/node_modules'] })
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }))

/** What a file imports: the repository's own files by their path from the root, packages by their name. */
export const importsOf = ({ path, text }: Source): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)]
    .map(([, name]) => name as string)
    .map((name) => (name.startsWith('.') ? join(dirname(path), name).replaceAll('\\', '/') : name))

/** The part of src that a file belongs to, as CONTRIBUTING.md names it: `roster` for src/roster/store.ts, `call.ts` for src/call.ts. */
export const partOf = (path: string): string => path.split('/')[1] ?? ''

/**
 * Finds the Markdown table whose heading row begins with `firstCell`. Returns its rows below the heading, each as a list of cells.
 *
 * @throws when there is no such table
 */
export function tableOf(markdown: string, firstCell: string): string[][] {
  const rows = markdown.split('\n')
  const head = rows.findIndex((row) => row.startsWith(`| ${firstCell} |`))
  if (head < 0) throw new Error(`no table begins with ${firstCell}`)
  const length = rows.slice(head).findIndex((row) => !row.startsWith('|'))
  return rows.slice(head + 2, head + length).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

/**
 * Tarjan's algorithm: the strongly connected components of two or more nodes, which are the cycles of the graph.
 *
 * @param graph the nodes that each node points to
 */
export function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const cycles: string[][] = []
  const visit = (node: string): void => {
    order.set(node, order.size)
    lowest.set(node, order.get(node) as number)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) lowest.set(node, Math.min(lowest.get(node) as number, lowest.get(next) as number))
    }
    if (lowest.get(node) !== order.get(node)) return
    const group = stack.splice(stack.indexOf(node))
    if (group.length > 1) cycles.push(group.sort())
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return cycles
}

/** The identifiers and keywords of a TypeScript file: its words outside of comments, strings and regular expressions. */
export function identifiersOf({ text }: Source): Set<string> {
  const found = new Set<string>()
  // inside a template string, `${` begins code, up to the brace that closes it: the brace depths at which such code began
  const templates: number[] = []
  let braces = 0
  const token =
    /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[=(:,!&|?[{}]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*|`|[{}]|[A-Za-z_$][\w$]*/g
  const templateText = /(?:\\.|\$(?!\{)|[^`\\$])*(`|\$\{)/y
  const skipTemplateText = (from: number): number => {
    templateText.lastIndex = from
    const end = templateText.exec(text)
    if (!end) return text.length
    if (end[1] === '${') templates.push(braces)
    return templateText.lastIndex
  }
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [word] = match
    if (word === '`') token.lastIndex = skipTemplateText(token.lastIndex)
    else if (word === '{') braces++
    else if (word === '}') {
      if (templates.at(-1) === braces) {
        templates.pop()
        token.lastIndex = skipTemplateText(token.lastIndex)
      } else braces--
    } else if (/^[A-Za-z_$]/.test(word)) found.add(word)
  }
  return found
}
