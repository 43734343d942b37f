/** Runs guest.mjs on Node, Bun or Deno. Arguments: the path of the built client, and the school as JSON. */
import process from 'node:process'
import { visit } from './guest.mjs'

const [client, school] = process.argv.slice(2)
console.log(JSON.stringify(await visit(await import(client), JSON.parse(school))))
