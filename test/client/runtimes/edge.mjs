/**
 * An edge runtime: a context with the web's globals and nothing else, in which the modules of the client are linked as they are. Whatever
 * asks for `node:` is refused, as such platforms do. Wants node --experimental-vm-modules.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { SourceTextModule } from 'node:vm'
import { EdgeVM } from '@edge-runtime/vm'

const [client, school] = process.argv.slice(2)
const { context } = new EdgeVM()
const modules = new Map()

function load(url) {
  if (!url.startsWith('file:')) throw new Error(`an edge runtime has no ${url}`)
  const known = modules.get(url) ?? new SourceTextModule(readFileSync(fileURLToPath(url), 'utf8'), { context, identifier: url })
  modules.set(url, known)
  return known
}

async function linked(url) {
  const module = load(url)
  await module.link((name, { identifier }) => load(name.startsWith('.') ? new URL(name, identifier).href : import.meta.resolve(name)))
  await module.evaluate()
  return module.namespace
}

const { visit } = await linked(new URL('guest.mjs', import.meta.url).href)
console.log(JSON.stringify(await visit(await linked(pathToFileURL(client).href), JSON.parse(school))))
