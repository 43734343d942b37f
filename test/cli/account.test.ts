import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { isPassword } from '../../src/console/password.ts'
import { openDb } from '../../src/store/open.ts'
import { sql } from '../../src/store/sql.ts'
import { sqlite } from '../databases.ts'

const bin = new URL('../../bin/rollcall.js', import.meta.url).pathname

test('accounts are added, listed, disabled, enabled and given a new password by command', async () => {
  const { url, drop } = await sqlite.make()
  try {
    const run = (args: readonly string[], input = '') => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [bin, ...args, '--database', url], { encoding: 'utf8', input })
      return { said: stdout && JSON.parse(stdout), stderr, status }
    }
    run(['corp', 'add', 'wwschool'])
    const account = (verb: string, ...more: string[]) => run(['account', verb, ...more, '--corp', 'wwschool'])
    const added = account('add', 'li', '--role', 'teacher', '--userid', 'lilaoshi', '--class', '5,10').said
    assert.match(added.password, /^\w{4}-\w{4}-\w{4}-\w{4}$/)
    assert.deepEqual(
      { ...added, password: '' },
      {
        corpid: 'wwschool',
        account_no: 1,
        name: 'li',
        role: 'teacher',
        userid: 'lilaoshi',
        classes: [5, 10],
        disabled: false,
        password: '',
      },
    )
    const head = run(
      ['account', 'add', 'head', '--corp', 'wwschool', '--role', 'administrator', '--password-stdin'],
      'correct horse\n',
    ).said
    assert.equal(head.password, undefined)
    assert.match(account('add', 'LI', '--role', 'teacher').stderr, /LI is taken/)
    assert.match(account('add', 'x', '--role', 'pupil').stderr, /expected administrator or teacher/)
    assert.match(account('disable', 'head').stderr, /last administrator/)
    assert.equal(account('disable', 'li').said.disabled, true)
    assert.equal(account('enable', 'li').said.disabled, false)
    assert.notEqual(account('reset-password', 'li').said.password, added.password)
    assert.deepEqual(
      account('list').said.map((each: { name: string }) => each.name),
      ['li', 'head'],
    )
    const db = await openDb(url)
    const [row] = await db.all<{ password: string }>(sql`select password from account where name = 'head'`)
    assert.match(row?.password ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.deepEqual(
      [await isPassword('correct horse', row?.password ?? ''), await isPassword('correct house', row?.password ?? '')],
      [true, false],
    )
    await db.close()
  } finally {
    await drop()
  }
})
