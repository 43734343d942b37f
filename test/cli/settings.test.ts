import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { program } from '../../src/cli/main.ts'
import { post, tokenOf, unwatchPath } from '../http/raw.ts'
import { olderNode, unless } from '../programs.ts'
import { folder, rollcall, serve } from './command.ts'

/** Settings by flag and by environment variable, the help texts, and a Node that is too old. */

test('every setting can be an environment variable, and a flag overrides it', async () => {
  using place = folder()
  const env = { ROLLCALL_DATABASE: place.database, ROLLCALL_PAGE_SIZE: '3', ROLLCALL_HOST: 'localhost', ROLLCALL_LOG_LEVEL: 'silent' }
  await using server = await serve(['--demo', '--host', '127.0.0.1'], { env })
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const token = await tokenOf(server.url, { corpid: 'wwdemo', secret: 'demo-secret' })
  const { answer } = await post(server.url, unwatchPath, token, { livingid: 'livingid1' })
  assert.equal(answer.stat_info.students.length + answer.stat_info.parents.length, 3)
  assert.equal(answer.has_more, 1)
  assert.equal(server.output.stderr, '')
})

test('an invalid setting is refused by its name, and the server does not start', async () => {
  using place = folder()
  const bad: [args: string[], env: Record<string, string>, message: string][] = [
    [['--port', '65536'], {}, '--port (ROLLCALL_PORT): expected a whole number from 0 to 65535, got "65536"'],
    [[], { ROLLCALL_PAGE_SIZE: '10001' }, '--page-size (ROLLCALL_PAGE_SIZE): expected a whole number from 1 to 10000, got "10001"'],
    [['--end-grace', '-1'], {}, '--end-grace (ROLLCALL_END_GRACE): expected a whole number from 0 to 2592000, got "-1"'],
    [
      ['--trusted-proxies', '10.0.0.0/33'],
      {},
      '--trusted-proxies (ROLLCALL_TRUSTED_PROXIES): expected CIDRs like 10.0.0.0/8,fd00::/8, got "10.0.0.0/33"',
    ],
    [[], { ROLLCALL_TRUSTED_PROXIES: '10.1.2.3,nginx' }, 'expected CIDRs like 10.0.0.0/8,fd00::/8, got "nginx"'],
    [['--log-level', 'loud'], {}, '--log-level: expected one of trace, debug'],
    [['--tls-cert', 'cert.pem'], {}, '--tls-cert and --tls-key go together: give both or neither'],
    [['--tls-cert', 'nowhere.pem', '--tls-key', 'nowhere.key'], {}, 'nowhere.pem'],
    [['--database', join(place.path, 'no', 'such', 'folder', 'x.db')], {}, 'x.db: unable to open database file'],
    [['--database', 'postgres://me:hidden@localhost:1/rollcall'], {}, 'ECONNREFUSED'],
  ]
  await Promise.all(
    bad.map(async ([args, env, message]) => {
      const { code, stdout, stderr } = await rollcall(['serve', ...args], {
        env: { ROLLCALL_DATABASE: place.database, ROLLCALL_PORT: '0', ...env },
      })
      assert.ok(stderr.includes(message), `${args.join(' ')} ${JSON.stringify(env)}: ${stderr}`)
      assert.ok(!stderr.includes('hidden'), stderr)
      assert.deepEqual([code, stdout], [1, ''], message)
    }),
  )
})

test('the help of every command has an example', async () => {
  const helpOf = (command: Command) => {
    let text = ''
    command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
    return text
  }
  const walk = (command: Command, path: string): string[] => {
    if (command.commands.length) return command.commands.flatMap((each) => walk(each, `${path} ${each.name()}`))
    assert.match(helpOf(command), new RegExp(`\\nExamples?:\\n +(?:source <\\()?${path} ?`), path)
    return [path]
  }
  const all = walk(await program(), 'rollcall')
  const promised = [
    'serve',
    'corp add',
    ...['add', 'grant', 'revoke', 'disable', 'enable', 'list', 'rotate-secret'].map((verb) => `app ${verb}`),
  ]
  for (const command of promised) assert.ok(all.includes(`rollcall ${command}`), command)
})

test('the help of serve names every setting with its variable', async () => {
  const { stdout } = await rollcall(['serve', '--help'])
  for (const name of ['HOST', 'PORT', 'DATABASE', 'TLS_CERT', 'TLS_KEY', 'PAGE_SIZE', 'END_GRACE', 'LOG_LEVEL'])
    assert.match(stdout.replaceAll(/\s+/g, ' '), new RegExp(`--${name.toLowerCase().replace('_', '-')} <value> .*\\[ROLLCALL_${name}\\]`))
})

const old = olderNode()

test(
  'on a Node that is too old, the error says which version is needed',
  unless(old !== undefined, 'an older Node: apt-get install nodejs'),
  async () => {
    const { code, stdout, stderr } = await rollcall(['serve'], { node: old as string })
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /^rollcall needs Node 24\.14\.1 or newer; this is \d+\.\d+\.\d+\. .*\n$/)
  },
)
