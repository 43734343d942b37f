import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlite } from '../databases.ts'
import { makeSchool } from '../world.ts'
import { folder, rollcall } from './command.ts'

test('links makes one link for each student and parent, which opens the player until the key is rotated', async () => {
  await using school = await makeSchool(sqlite, { classes: { '3A': { li: ['li_mum'], wu: [] } }, living: ['3A'], pageSize: 1 })
  using place = folder()
  const env = {
    ROLLCALL_BASE: school.base,
    ROLLCALL_CORP: school.corpid,
    ROLLCALL_SECRET: school.app.secret,
    ROLLCALL_CONFIG_FILE: `${place.path}/login.json`,
    LANG: 'C.UTF-8',
  }
  const links = async (...args: string[]) => {
    const { code, stdout, stderr } = await rollcall(['links', school.living, '--format', 'ndjson', ...args], { env })
    assert.equal(code, 0, stderr)
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)) as { student_userid: string; parent_userid?: string; url: string }[]
  }
  const made = await links('--play-url', 'https://cdn.example/x.m3u8')
  assert.deepEqual(made.map((each) => each.parent_userid ?? each.student_userid).sort(), ['li', 'li_mum', 'wu'])
  const [{ url } = { url: '' }] = made
  assert.equal((await fetch(url)).status, 200)
  await links('--rotate', '--prefix', 'https://rollcall.example/')
  assert.equal((await fetch(url)).status, 403)
  const { stdout } = await rollcall(['links', school.living, '--format', 'csv'], { env })
  assert.equal(stdout.trim().split('\n').length, 4)
})
