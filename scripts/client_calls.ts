import { writeFileSync } from 'node:fs'
import type { TSchema } from 'typebox'
import type { Lists } from '../src/client/call.ts'
import type { Endpoint } from '../src/wire/endpoint.ts'
import { official, ours } from '../src/wire/table.ts'

export const callsFile = new URL('../src/client/calls.ts', import.meta.url)
export const tableFile = new URL('../src/client/table.ts', import.meta.url)

const madeBy = '// Made by `npm run coverage` from src/wire/table.ts; a test holds it to that.'

/** The client's calls with their pages, for the editor: a mapped type keeps no comments in what is published. */
export function clientCalls(): string {
  const list = (name: string, table: string, declared: Readonly<Record<string, Endpoint>>) =>
    `export type ${name} = {
${Object.entries(declared)
  .map(([call, { method, path, doc, title }]) => {
    const page = doc === undefined ? '' : `\n   * @see https://developer.work.weixin.qq.com/document/path/${doc}`
    return `  /**\n   * ${title}: \`${method} ${path}\`${page}\n   */\n  readonly ${call}: Call<(typeof ${table})['${call}']>`
  })
  .join('\n')}
}
`
  return `${madeBy}
import type { official, ours } from '../wire/table.ts'
import type { Call } from './call.ts'

${list('OfficialCalls', 'official', official)}
${list('OurCalls', 'ours', ours)}`
}

/**
 * What the client must know of its calls when it runs. With the schemas it would have a dependency, whose 370 files took two thirds of
 * the start of a command.
 */
export function clientTable(): string {
  const routes = (name: string, table: string, declared: Readonly<Record<string, Endpoint>>) =>
    `export const ${name} = {
${Object.entries(declared)
  .map(([call, { method, path, doc, needs, effect, output }]) => {
    const lists = listsIn(output)
    const known = [
      `method: '${method}'`,
      `path: '${path}'`,
      ...(doc === undefined ? [] : [`doc: ${doc}`]),
      `needs: '${needs}'`,
      `effect: '${effect}'`,
      ...(lists ? [`lists: ${literal(lists)}`] : []),
    ]
    const line = `  ${call}: { ${known.join(', ')} },`
    return line.length <= width ? line : `  ${call}: {\n    ${known.join(',\n    ')},\n  },`
  })
  .join('\n')}
} as const satisfies Readonly<Record<keyof typeof ${table}, Route>>
`
  return `${madeBy}
import type { official, ours } from '../wire/table.ts'
import type { Route } from './call.ts'

${routes('officialTable', 'official', official)}
${routes('ourTable', 'ours', ours)}`
}

/** Of a line, in biome.json. */
const width = 140

/** Where an answer has lists, and in its lists the lists of each element. */
function listsIn(schema: TSchema): Lists | readonly [Lists] | undefined {
  const { type, properties = {}, required = [], items } = schema as Partial<Shape>
  if (type === 'array') return [(items && (listsIn(items) as Lists)) ?? {}]
  if (type !== 'object') return undefined
  const found = Object.entries(properties).flatMap(([field, inner]) => {
    const lists = listsIn(inner)
    if (lists && required.includes(field)) return [[field, lists]]
    // one that may be absent, and has none within, is as it came
    return lists && literal(lists) !== '[{}]' ? [[`${field}?`, lists]] : []
  })
  return found.length ? Object.fromEntries(found) : undefined
}

type Shape = { type: string; properties: Record<string, TSchema>; required: string[]; items: TSchema }

function literal(lists: Lists | readonly [Lists]): string {
  if (isList(lists)) return `[${literal(lists[0])}]`
  const fields = Object.entries(lists).map(([field, inner]) => `${field.endsWith('?') ? `'${field}'` : field}: ${literal(inner)}`)
  return fields.length ? `{ ${fields.join(', ')} }` : '{}'
}

const isList = (lists: Lists | readonly [Lists]): lists is readonly [Lists] => Array.isArray(lists)

if (import.meta.main) {
  writeFileSync(callsFile, clientCalls())
  writeFileSync(tableFile, clientTable())
}
