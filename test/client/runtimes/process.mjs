/** Node, Bun and Deno: where the client is, and the school to visit. */
import process from 'node:process'
import { visit } from './guest.mjs'

const [client, school] = process.argv.slice(2)
console.log(JSON.stringify(await visit(await import(client), JSON.parse(school))))
