import { writeFileSync } from 'node:fs'
import type { Endpoint } from '../src/wire/endpoint.ts'
import { official, ours } from '../src/wire/table.ts'

export const callsFile = new URL('../src/client/calls.ts', import.meta.url)

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
  return `// Made by \`npm run coverage\` from src/wire/table.ts; a test holds it to that.
import type { official, ours } from '../wire/table.ts'
import type { Call } from './call.ts'

${list('OfficialCalls', 'official', official)}
${list('OurCalls', 'ours', ours)}`
}

if (import.meta.main) writeFileSync(callsFile, clientCalls())
