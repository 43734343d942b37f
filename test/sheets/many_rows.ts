import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csv } from '../../src/sheets/csv.ts'
import type { Cell, Sheet } from '../../src/sheets/sheet.ts'
import { openSpool } from '../../src/sheets/spool.ts'
import { xlsx } from '../../src/sheets/xlsx.ts'

/**
 * Writes students of 60 classes, mixed, into a workbook with one sheet per class, or into a CSV. sheets.test.ts starts this program with
 * little memory. Prints the bytes written and the highest memory use.
 */
const [form = 'xlsx', count = '90000'] = process.argv.slice(2)
const columns = ['姓名', '学号', '班级', '时间', '秒'].map((header) => ({ header }))

async function* students(): AsyncGenerator<Cell[]> {
  for (let no = 0; no < Number(count); no++)
    yield [`张小${no}`, `student_${no}`, `三年级${no % 60}班`, new Date(1_800_000_000_000 + no), no]
}

const spool = await openSpool()
async function* sheets(): AsyncGenerator<Sheet> {
  for await (const row of students()) await spool.add(String(row[2]), row)
  for (let no = 0; no < 60; no++) yield { name: `三年级${no}班`, columns, rows: spool.rows(`三年级${no}班`) }
}

let written = 0
const away = new Writable({
  write(chunk, _encoding, done) {
    written += chunk.length
    done()
  },
})
await pipeline(form === 'xlsx' ? xlsx.write(sheets()) : csv.write([{ name: '', columns, rows: students() }]), away)
await spool.close()
process.stdout.write(`${JSON.stringify({ written, mostMegabytes: process.resourceUsage().maxRSS / 1024 })}\n`)
