import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../source.ts'

test('the TypeScript examples of docs/client.md compile', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-recipes-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const recipes = [...readFileSync(join(root, 'docs/client.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code]) => code as string,
  )
  assert.ok(recipes.length >= 8)
  const files = recipes.map((code, index) => {
    writeFileSync(join(folder, `${index}.ts`), code)
    return `${index}.ts`
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const compilerOptions = {
    ...{
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ['node'],
    },
    lib: ['es2024', 'esnext'],
    paths: { 'rollcall/client': [join(root, 'src/client/client.ts')], 'rollcall/client/node': [join(root, 'src/client/node.ts')] },
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})
