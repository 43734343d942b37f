import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cyclesOf, importsOf, partOf, sources, tableOf } from './source.ts'

/** Checks the imports and the SQL text of src against the map of parts and the rules in CONTRIBUTING.md. */

const src = sources('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))
const importsByFile = new Map(src.map((file) => [file.path, importsOf(file).filter((name) => name.startsWith('src/'))]))
const edges = [...importsByFile].flatMap(([from, imports]) => imports.map((to) => ({ from, to, line: `${from} imports ${to}` })))
const isStore = (path: string) => /^src\/(?!store\/)\w+(?:\/\w+)*\/store(?:_\w+)?\.ts$/.test(path)
const none = (found: readonly string[], rule: string) => assert.deepEqual(found, [], rule)

const [contributing] = sources('CONTRIBUTING.md')
const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string)
const map = new Map(
  tableOf(contributing?.text ?? '', 'in `src/`').map(
    ([part = '', , mayImport = '']) => [codeIn(part)[0] ?? '', codeIn(mayImport)] as const,
  ),
)

test('the map of CONTRIBUTING.md has a line for each part of src', () => {
  const parts = [...new Set(src.map(({ path }) => partOf(path)))].sort()
  assert.deepEqual([...map.keys()].sort(), parts)
})

test('every part of src imports only the parts that its line of the map allows, type imports included', () => {
  none(
    edges
      .filter(({ from, to }) => partOf(from) !== partOf(to) && partOf(to) !== 'wire' && !map.get(partOf(from))?.includes(partOf(to)))
      .map(({ line }) => line),
    'imports against the map of CONTRIBUTING.md',
  )
})

test('the map allows no import that does not occur', () => {
  const used = new Set(edges.map(({ from, to }) => `${partOf(from)} imports ${partOf(to)}`))
  none(
    [...map].flatMap(([part, allowed]) => allowed.map((other) => `${part} imports ${other}`)).filter((line) => !used.has(line)),
    'take it off the map',
  )
})

test('no files of src import each other in a cycle, type imports included', () => {
  assert.deepEqual(cyclesOf(importsByFile), [])
})

test('at each level of src, no sibling files and folders import each other in a cycle', () => {
  const folders = new Set(src.flatMap(({ path }) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))))
  for (const folder of folders) {
    if (!folder.startsWith('src')) continue
    const isWithin = (path: string) => path.startsWith(`${folder}/`)
    const childOf = (path: string) => path.slice(folder.length + 1).split('/')[0] as string
    const graph = Map.groupBy(
      edges.filter(({ from, to }) => isWithin(from) && isWithin(to) && childOf(from) !== childOf(to)),
      ({ from }) => childOf(from),
    )
    const children = new Map([...graph].map(([child, some]) => [child, some.map(({ to }) => childOf(to))]))
    assert.deepEqual(cyclesOf(children), [], folder)
  }
})

test('src/wire imports nothing from other parts of src', () => {
  none(
    edges.filter(({ from, to }) => partOf(from) === 'wire' && partOf(to) !== 'wire').map(({ line }) => line),
    'the contract is data only',
  )
})

test('each call of the contract is declared in the file of src/wire that its URL path names', () => {
  const isCall = /\bendpoint\(\{/
  none(
    src
      .filter(({ path, text }) => partOf(path) === 'wire' && isCall.test(text))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^ {2}path: '([^']+)'/gm)]
          .map(([, wirePath]) => `src/wire/${fileOf(wirePath as string)}.ts`)
          .filter((expected) => expected !== path)
          .map((expected) => `${path}: expected ${expected}`),
      ),
    'whoever holds the official page finds the file',
  )
})

/** `/cgi-bin/school/user/get` is declared in `school/user/get.ts`; `/v1/livings/{livingid}/report`, a call of Rollcall's own, in `v1/report.ts`. */
const fileOf = (wirePath: string) => wirePath.replace('/cgi-bin/', '').replace(/^\/(v\d+)\/.*\/(\w+)$/, '$1/$2')

test('only src/routes.ts reads the context of a call; a use-case gets the values that it needs as arguments', () => {
  none(
    edges.filter(({ from, to }) => to === 'src/call.ts' && from !== 'src/routes.ts').map(({ line }) => line),
    'only src/routes.ts takes a call apart',
  )
})

test('SQL occurs only in store files, in src/store and in src/register', () => {
  none(
    src
      .filter(({ path, text }) => !isStore(path) && !['store', 'register'].includes(partOf(path)) && /\bsql`/.test(text))
      .map(({ path }) => path),
    'move the statement into a file named store.ts or store_<topic>.ts',
  )
})

test('a store file contains SQL and no rule: it imports only statements, and throws no wire error', () => {
  const isStatement = (path: string) => path === 'src/store/sql.ts' || isStore(path) || partOf(path) === 'register'
  none(
    edges.filter(({ from, to }) => isStore(from) && !isStatement(to)).map(({ line }) => line),
    'a store returns statements; the use-case runs them',
  )
  none(
    src
      .filter(({ path, text }) => (isStore(path) || ['store', 'register'].includes(partOf(path))) && /WireError/.test(text))
      .map(({ path }) => path),
    'a store refuses nobody; the rule does',
  )
})

test('only src/store imports database drivers, and other parts reach it only through its public files', () => {
  const drivers = ['pg', 'node:sqlite', 'node:worker_threads']
  // uploaded files are parsed on a thread too
  const readers = ['src/sheets/in_thread.ts', 'src/sheets/answer_in_thread.ts']
  none(
    src
      .filter(({ path }) => partOf(path) !== 'store' && !readers.includes(path))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => drivers.includes(name))
          .map((name) => `${file.path} imports ${name}`),
      ),
    'another part of src reaches past the seam',
  )
  const seam = /^src\/store\/(db|sql|open|health|copy|secrets|secret_key_file|seal_all)\.ts$/
  none(
    edges.filter(({ from, to }) => partOf(from) !== 'store' && partOf(to) === 'store' && !seam.test(to)).map(({ line }) => line),
    'outside of src/store, a database and its secrets are opened, asked, written, closed and copied, and nothing else',
  )
})

test('the client imports nothing of Node, and no package at run time', () => {
  none(
    src
      // code that reads or writes files is in a separate entry point, rollcall/client/node
      .filter(({ path }) => ['client', 'wire'].includes(partOf(path)) && path !== 'src/client/node.ts')
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => !name.startsWith('src/') && !(partOf(file.path) === 'wire' && name === 'typebox'))
          .map((name) => `${file.path} imports ${name}`),
      ),
    'it runs in browsers and on Node 20',
  )
  none(
    src
      .filter(({ path, text }) => partOf(path) === 'client' && /^import (?!type\b)[^\n]*'\.\.\/wire\/(?!errcode\b)/m.test(text))
      .map(({ path }) => path),
    'the schemas are for types alone: what else it needs of a call stands in src/client/table.ts',
  )
})

/** Which folder of src may write which table or column: the lines `-- Owners: folder (table, table.column, …)` at the top of each migration. */
const migrations = sources('migrations/[0-9]*.sql')
const owners = migrations.flatMap(({ text }) =>
  [...text.matchAll(/^-- Owners: (\w+) \(([^)]+)\)$/gm)].flatMap(([, folder, names]) =>
    (names as string).split(/,\s*/).map((name) => ({ folder: folder as string, name })),
  ),
)
const ownerOf = (table: string) => owners.find(({ name }) => name === table)?.folder

test('each table of the migrations has exactly one owning folder', () => {
  const tables = migrations.flatMap(({ text }) => [...text.matchAll(/create table (\w+)/g)].map(([, table]) => table as string))
  assert.ok(tables.length > 10)
  const named = owners.map(({ name }) => name)
  none(
    tables.filter((table) => !named.includes(table)),
    'add the table to an "-- Owners: folder (…)" line of its migration',
  )
  none(
    named.filter((name, index) => named.indexOf(name) !== index || !tables.includes(name.split('.')[0] as string)),
    'owned twice, or not there',
  )
})

test('only the folder that owns a table writes it', () => {
  const wrong = src.flatMap(({ path, text }) => {
    const folder = partOf(path)
    const rows = [...text.matchAll(/\b(?:insert into|delete from)\s+(\w+)/g)].map(([, table]) => table as string)
    const columns = [...text.matchAll(/\bupdate\s+(\w+)\s+set\s([\s\S]*?)(?=\bwhere\b|\bfrom\b|`\s*[,;)\n])/g)].flatMap(([, table, set]) =>
      [...(set as string).matchAll(/(?:^|,)\s*(\w+)\s*=/g)].map(([, column]) => `${table}.${column}`),
    )
    const owner = (name: string) =>
      name.split('.')[0] === 'migration' ? 'store' : (ownerOf(name) ?? ownerOf(name.split('.')[0] as string))
    return [
      ...rows.filter((table) => owner(table) !== folder).map((table) => `${path} writes ${table}`),
      ...columns.filter((column) => owner(column) !== folder).map((column) => `${path} sets ${column}`),
    ]
  })
  none(wrong, 'ask the owner for a statement, and put it into your batch')
})

test('every statement names the table it writes literally, not through a variable', () => {
  none(
    src
      .filter(({ path, text }) => partOf(path) !== 'store' && /\b(?:insert into|delete from|update)\s+\$\{/.test(text))
      .map(({ path }) => path),
    'a table named by a variable has no owner that this test could see',
  )
})

test('only src/cli reads environment variables', () => {
  none(
    src.filter(({ path, text }) => /process\.env/.test(text) && partOf(path) !== 'cli').map(({ path }) => path),
    'settings are a line in src/config.ts, given from above',
  )
})

const ours = sources('{src,test,bench,scripts,bin,migrations,decisions,.ci}/**/*.{ts,js,mjs,sql,md}').concat(sources('*.{md,json}'))

test('files of src have at most 260 lines, and half of them at most 60', () => {
  const lengths = src.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
  // generated from the contract, with one line per call
  const isGenerated = (path: string) => /^src\/client\/(calls|table)\.ts$/.test(path)
  none(
    lengths.filter(({ path, lines }) => lines > 260 && !isGenerated(path)).map(({ path, lines }) => `${path}: ${lines}`),
    'what is the second idea?',
  )
  const median = lengths.map(({ lines }) => lines).sort((a, b) => a - b)[Math.floor(lengths.length / 2)] as number
  assert.ok(median <= 60, `the median file has ${median} lines`)
})

test('files have at most 300 lines, no default export, and no absolute path of one machine', () => {
  const code = ours.filter(({ path }) => /\.(ts|mjs|js)$/.test(path))
  none(
    code.filter(({ text }) => text.split('\n').length > 301).map(({ path }) => path),
    'over 300 lines: what is the second idea?',
  )
  none(
    code.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path),
    'no default exports',
  )
  const machine = new RegExp(['work', 'home', 'root', 'tmp', 'Users'].map((folder) => `(?<![\\w.~-])/${folder}/`).join('|'))
  none(
    ours.filter(({ path, text }) => path !== 'package-lock.json' && machine.test(text)).map(({ path }) => path),
    'a path of one machine',
  )
})

test('no lock file names a registry', () => {
  for (const { path, text } of sources('{,test/client/runtimes/}package-lock.json')) assert.doesNotMatch(text, /"resolved"/, path)
})
