import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, partOf, sources } from './source.ts'

/** The three rules of CONTRIBUTING.md, read off the imports and the SQL text. */

const src = sources('src/**/*.ts').filter(({ path }) => !path.endsWith('.test.ts'))
const edges = src.flatMap((file) =>
  importsOf(file)
    .filter((name) => name.startsWith('src/'))
    .map((to) => ({ from: file.path, to, line: `${file.path} imports ${to}` })),
)
const isStore = (path: string) => /^src\/(?!store\/)\w+\/(?:\w+-)?store(?:-\w+)?\.ts$/.test(path)
const none = (found: readonly string[], rule: string) => assert.deepEqual(found, [], rule)

/** Whom each part of src may import, beside itself and `wire`. A new part gets a line here. */
const arrows: Record<string, readonly string[]> = {
  wire: [],
  client: [],
  config: [],
  store: [],
  sheets: [],
  turn: [],
  access: ['store', 'call'],
  events: ['store', 'access'],
  attendance: ['store', 'turn', 'call', 'access', 'living'], // living: its routes alone, see below
  roster: ['store', 'call', 'access', 'events', 'attendance', 'sheets'],
  living: ['store', 'call', 'access', 'events', 'attendance', 'roster'],
  call: ['store', 'access', 'attendance'],
  timed: ['store'],
  hooks: ['store', 'call', 'access', 'attendance', 'living'],
  routes: ['hooks', 'call', 'access', 'attendance', 'roster', 'living'],
  console: ['store', 'call', 'access', 'attendance', 'roster', 'living', 'sheets'],
  http: ['store', 'turn', 'call', 'access', 'routes', 'console', 'hooks'],
  mirror: ['store', 'client', 'access', 'attendance', 'roster', 'living'],
  serving: ['store', 'call', 'access', 'attendance'],
  demo: ['store', 'access', 'attendance', 'roster', 'living', 'console'],
  cli: [
    'store',
    'call',
    'access',
    'events',
    'attendance',
    'roster',
    'living',
    'config',
    'serving',
    'demo',
    'http',
    'client',
    'timed',
    'sheets',
    'console',
    'hooks',
    'mirror',
  ],
}

test('arrows: every part imports only what stands below it', () => {
  const unknown = src.filter(({ path }) => !(partOf(path) in arrows)).map(({ path }) => path)
  none(unknown, 'a new part of src: say in test/architecture.test.ts whom it may import')
  none(
    edges
      .filter(({ from, to }) => partOf(from) !== partOf(to) && partOf(to) !== 'wire' && !arrows[partOf(from)]?.includes(partOf(to)))
      .map(({ line }) => line),
    'imports against the arrows',
  )
})

test('arrows: wire imports nothing of ours', () => {
  none(
    edges.filter(({ from, to }) => partOf(from) === 'wire' && partOf(to) !== 'wire').map(({ line }) => line),
    'the contract is data only',
  )
})

test('each call of the contract stands in the file that its path names', () => {
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

/** `/cgi-bin/school/user/get` is `school/user/get`; of a path of ours the version and the last segment: `v1/report`. */
const fileOf = (wirePath: string) => wirePath.replace('/cgi-bin/', '').replace(/^\/(v\d+)\/.*\/(\w+)$/, '$1/$2')

test('arrows: of attendance, its routes alone know the living', () => {
  none(
    edges
      .filter(({ from, to }) => partOf(from) === 'attendance' && partOf(to) === 'living' && from !== 'src/attendance/routes.ts')
      .map(({ line }) => line),
    'living puts the statements of the register into its batches, not the other way round',
  )
})

test('arrows: routes stand on top of their folder', () => {
  none(
    edges.filter(({ from, to }) => /^src\/\w+\/routes\.ts$/.test(to) && from !== 'src/routes.ts').map(({ line }) => line),
    'only src/routes.ts gathers the routes',
  )
  none(
    edges
      .filter(
        ({ from, to }) => to === 'src/call.ts' && !/\/routes\.ts$/.test(from) && !['http', 'serving', 'console'].includes(partOf(from)),
      )
      .map(({ line }) => line),
    'a use-case is given what it touches, not the call',
  )
})

test('arrows: a store knows the tag and nothing above it', () => {
  none(
    edges.filter(({ from, to }) => isStore(from) && to !== 'src/store/sql.ts' && !isStore(to)).map(({ line }) => line),
    'a store returns statements; the use-case runs them',
  )
})

test('only src/store knows which database is underneath', () => {
  const drivers = ['pg', 'node:sqlite', 'node:worker_threads']
  none(
    src
      .filter(({ path }) => partOf(path) !== 'store')
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => drivers.includes(name))
          .map((name) => `${file.path} imports ${name}`),
      ),
    'another part of src reaches past the seam',
  )
  none(
    edges
      .filter(({ from, to }) => partOf(from) !== 'store' && partOf(to) === 'store' && !/\/(db|sql)\.ts$/.test(to))
      .filter(({ from, to }) => !(partOf(from) === 'cli' && to === 'src/store/copy.ts')) // `move` and `backup` copy whole databases
      .map(({ line }) => line),
    'the seam is store/db.ts and store/sql.ts',
  )
})

test('the client needs nothing of Node, and when it runs no package', () => {
  none(
    src
      // what needs a file is an entry of its own, rollcall/client/node
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

/** `-- Owners: folder (table, table.column, …)` in the head of each migration. */
const migrations = sources('migrations/[0-9]*.sql')
const owners = migrations.flatMap(({ text }) =>
  [...text.matchAll(/^-- Owners: (\w+) \(([^)]+)\)$/gm)].flatMap(([, folder, names]) =>
    (names as string).split(/,\s*/).map((name) => ({ folder: folder as string, name })),
  ),
)
const ownerOf = (table: string) => owners.find(({ name }) => name === table)?.folder

test('owners: each table of the migrations has one', () => {
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

test('owners: only the owning folder writes a table', () => {
  const wrong = src.flatMap(({ path, text }) => {
    const folder = partOf(path)
    const rows = [...text.matchAll(/\b(?:insert into|delete from)\s+(\w+)/g)].map(([, table]) => table as string)
    const columns = [...text.matchAll(/\bupdate\s+(\w+)\s+set\s([\s\S]*?)(?=\bwhere\b|\bfrom\b|`\s*[,;)\n])/g)].flatMap(([, table, set]) =>
      [...(set as string).matchAll(/(?:^|,)\s*(\w+)\s*=/g)].map(([, column]) => `${table}.${column}`),
    )
    return [
      ...rows.filter((table) => table !== 'migration' && ownerOf(table) !== folder).map((table) => `${path} writes ${table}`),
      ...columns
        .filter((column) => (ownerOf(column) ?? ownerOf(column.split('.')[0] as string)) !== folder)
        .map((column) => `${path} sets ${column}`),
    ]
  })
  none(wrong, 'ask the owner for a statement, and put it into your batch')
})

test('knowledge: a route knows no SQL, and a store no rule', () => {
  none(
    src.filter(({ path, text }) => /(^|\/)routes\.ts$/.test(path) && /\bsql`|store\/sql\.ts/.test(text)).map(({ path }) => path),
    'SQL stands in the store or beside the rule that asks',
  )
  none(
    src.filter(({ path, text }) => /\/store\//.test(path) && /WireError/.test(text)).map(({ path }) => path),
    'the seam knows nothing of the wire',
  )
  none(
    src.filter(({ path, text }) => isStore(path) && /WireError/.test(text)).map(({ path }) => path),
    'a store refuses nobody; the rule does',
  )
})

test('nothing but config.ts and the command reads the environment', () => {
  none(
    src.filter(({ path, text }) => /process\.env/.test(text) && partOf(path) !== 'cli').map(({ path }) => path),
    'settings are a line in src/config.ts, given from above',
  )
})

const ours = sources('{src,test,bench,scripts,bin,migrations,decisions,.ci}/**/*.{ts,js,mjs,sql,md}').concat(sources('*.{md,json}'))

test('files are short, export by name, and know no machine', () => {
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
