import { writeFileSync } from 'node:fs'
import { checkGrants, type Grant, grantsOf, type Kind } from '../src/access/grants.ts'
import type { Endpoint, Need } from '../src/wire/endpoint.ts'
import { errcodes } from '../src/wire/errcode.ts'
import { official, ours, table } from '../src/wire/table.ts'
import { decided, missing, partial } from './coverage_notes.ts'

export const coverageFile = new URL('../COVERAGE.md', import.meta.url)

const page = (doc: number | undefined) => (doc ? `[${doc}](https://developer.work.weixin.qq.com/document/path/${doc})` : '–')

const needsNoApp: Readonly<Record<string, string>> = { nobody: 'no token', suite: "a provider's `suite_access_token`" }

/** The grants that open a call to a kind of app, asked of the rule itself. */
function grantsFor(kind: Kind, need: Need): string {
  const known = needsNoApp[need]
  if (known) return known
  const passes = (grants: readonly Grant[]) => {
    try {
      checkGrants({ kind, grants: new Set(grants), legacy: false }, need)
      return true
    } catch {
      return false
    }
  }
  const all = grantsOf[kind]
  const alone = all.filter((grant) => passes([grant]))
  const together = all.filter((grant) => !passes(all.filter((other) => other !== grant)))
  const shown = (grants: readonly Grant[], joint: string) => grants.map((grant) => `\`${grant}\``).join(joint)
  return alone.length ? shown(alone, ' or ') : shown(together, ' and ')
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`
const statusOf = (name: string) => (name in partial ? 'partial' : 'supported')

function calls(declared: Readonly<Record<string, Endpoint>>, status: (name: string) => string) {
  return [
    row('call', 'in the client', 'page', 'self-built app', 'delegated or third-party app', 'status'),
    row('---', '---', '---', '---', '---', '---'),
    ...Object.entries(declared).map(([name, { method, path, doc, title, needs }]) =>
      row(
        `\`${method} ${path}\`<br>${title}`,
        `\`${name in ours ? 'ours.' : ''}${name}\``,
        page(doc),
        grantsFor('self-built', needs),
        grantsFor('delegated', needs),
        status(name),
      ),
    ),
  ].join('\n')
}

export function coverage(): string {
  const served = new Set(Object.values(table).map(({ path }) => path))
  const absent = missing.filter(({ path }) => !served.has(path as never))
  return `# What is covered

Made by \`npm run coverage\` from \`src/wire\`, \`src/access/grants.ts\` and \`scripts/coverage_notes.ts\`; a test holds it to them.
A page number is that of the self-built edition on developer.work.weixin.qq.com. A system app needs no grant, and calls in legacy corps alone.

## WeCom's calls

${calls(official, statusOf)}

What partial means:

${Object.entries(partial)
  .map(([name, says]) => `- \`${name}\`: ${says}.`)
  .join('\n')}

## Ours

Same token, same envelope, never under \`/cgi-bin/\`.

${calls(ours, () => 'ours')}

## Missing

Official calls around the school's livings and contacts that are not served: an unknown path is HTTP 404.

${row('call', 'page')}
${row('---', '---')}
${absent.map(({ path, doc, title }) => row(`\`${path}\`<br>${title}`, page(doc))).join('\n')}

Events are sent to an app's callback URL (\`rollcall app callback\`) as ${page(90930)} has it: \`living_status_change\` (${page(94145)}: 0, 1, 2, 4), \`change_school_contact\` (${page(92032)}, ${page(92052)}; third-party apps ${page(92051)}). Those of authorizing a suite are not sent; \`rollcall suite ticket\` gives the ticket.

## Decided here, because WeCom does not say

${decided.map((line) => `- ${line}`).join('\n')}

## Error codes

Numbers and meanings are those of the official table (${page(90313)}). Which of them answers which mistake is not documented by WeCom and decided here.
\`errmsg\` says what was expected and what came, then the words below; never match on it.

${row('errcode', 'meaning', '`errmsg`', 'what to do')}
${row('---', '---', '---', '---')}
${Object.values(errcodes)
  .map(({ errcode, meaning, errmsg, hint }) => row(String(errcode), meaning, errmsg, hint))
  .join('\n')}
`
}

if (import.meta.main) writeFileSync(coverageFile, coverage())
