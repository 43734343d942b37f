import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../programs.ts'
import { root } from '../source.ts'

/** deploy/rollcall.service, judged by systemd itself. */

const { skip } = needs('systemd-analyze')
const unit = join(root, 'deploy/rollcall.service')

test('the exposure of the unit is below 2.5, of 10, by the measure of systemd-analyze', { skip }, () => {
  const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], { encoding: 'utf8' })
  const exposure = Number(/Overall exposure level for \S+ ([\d.]+)/.exec(report)?.[1])
  assert.ok(exposure < 2.5, report)
})
