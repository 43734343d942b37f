#!/usr/bin/env node
// Plain JavaScript with old syntax: a version of Node that is too old can still run this file and print which version is needed.
const [major, minor, patch] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && (minor < 14 || (minor === 14 && patch < 1)))) {
  process.stderr.write(
    `rollcall needs Node 24.14.1 or newer; this is ${process.versions.node}. From a clone, "npm run rollcall -- …" brings its own.\n`,
  )
  process.exit(1)
}
const { enableCompileCache } = await import('node:module')
enableCompileCache() // Node caches compiled code on disk, which halves the time that a command needs to start.
const { existsSync } = await import('node:fs')
// A clone runs the sources; the published package contains only dist/.
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
await main(process.argv)
