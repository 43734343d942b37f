import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSession } from '../../src/console/session.ts'
import { onBoth, sqlite } from '../databases.ts'
import { headerRow, sheetEnd, sheetStart, slowWorkbook, workbookOf } from '../sheets/bombs.ts'
import { makeSchool, type School } from '../world.ts'
import { makeAccount } from './teacher.ts'

/** What a school's upload may cost the other schools of the server. */

/** Returns a function that uploads a roster file as an administrator of the school. */
async function administrator(school: School) {
  const { account_no } = await makeAccount(school, { name: 'head', role: 'administrator' })
  const cookie = `rollcall_session=${await openSession(school.db, { corp_no: school.corp_no, account_no }, school.clock.now)}`
  const page = await (await fetch(`${school.base}/roster`, { headers: { cookie } })).text()
  const token = /name="token" value="([^"]+)"/.exec(page)?.[1] as string
  return async (file: Buffer<ArrayBuffer>) => {
    const body = new FormData()
    body.append('token', token)
    body.append('roster', new Blob([file]), 'roster.xlsx')
    const answer = await fetch(`${school.base}/roster`, { method: 'POST', headers: { cookie, 'accept-language': 'en' }, body })
    return { status: answer.status, page: await answer.text() }
  }
}

const attacks: readonly (readonly [what: string, file: () => Promise<Buffer<ArrayBuffer>>, status: number])[] = [
  ['30 MB of cells', slowWorkbook, 200],
  ['a text in column XFD of every row', () => workbookOf(`${sheetStart}${headerRow}${farCell.repeat(100_000)}${sheetEnd}`), 400],
]
const farCell = '<row><c r="XFD1"><v>1</v></c></row>'

for (const [what, file, status] of attacks)
  onBoth(`while a workbook with ${what} is read, the server answers others at once`, async (database) => {
    await using school = await makeSchool(database)
    const upload = await administrator(school)
    const bytes = await file()
    let isRead = false
    const uploaded = upload(bytes).finally(() => {
      isRead = true
    })
    let slowestMs = 0
    while (!isRead) {
      const began = performance.now()
      assert.equal((await fetch(`${school.base}/healthz`)).status, 200)
      slowestMs = Math.max(slowestMs, performance.now() - began)
    }
    assert.equal((await uploaded).status, status)
    assert.ok(slowestMs < 1000, `the slowest answer took ${slowestMs} ms`)
  })

test('a school can import one file at a time, and a second upload is refused until then', async () => {
  await using school = await makeSchool(sqlite)
  const upload = await administrator(school)
  const slow = upload(await slowWorkbook())
  await new Promise((resolve) => setTimeout(resolve, 500))
  const small = Buffer.from('学号,姓名,班级\nsun,孙小六,三年级/3A\n')
  const refused = await upload(small)
  assert.equal(refused.status, 409)
  assert.match(refused.page, /Another roster of this school is being imported/)
  await slow
  assert.equal((await upload(small)).status, 200)
})
