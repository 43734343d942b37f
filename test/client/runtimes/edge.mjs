/**
 * Runs guest.mjs in an edge runtime: a VM context that has only the global objects of the web. An import of a `node:` module fails there,
 * as on edge platforms. Arguments: the path of the built client, and the school as JSON. Needs node --experimental-vm-modules.
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
