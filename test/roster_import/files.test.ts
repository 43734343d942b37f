import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeXlsx } from 'hucre/xlsx'
import { readRoster } from '../../src/roster/import/read.ts'
import { templateSheet } from '../../src/roster/import/template.ts'
import { csv } from '../../src/sheets/csv.ts'
import { xlsx } from '../../src/sheets/xlsx.ts'
import { sqlite } from '../databases.ts'
import { gb18030 } from '../sheets/gb18030.ts'
import { makeSchool } from '../world.ts'
import { complaints, importInto, rosterOf } from './import_into.ts'

/** The file formats and spellings in which schools have their lists. `zhang` is the roster that each of them gives. */
const zhang = 'zhang 张小三 +: 三年级/1班 | mum 妈妈 13900000001 +'
const list = '学号,姓名,年级,班级,家长账号,家长手机,家长关系\nzhang,张小三,三年级,1班,mum,13900000001,妈妈\n'

const forms: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  'UTF-8': () => Buffer.from(list),
  'GB18030, as Excel saves CSV': () => gb18030(list),
  'tabs in UTF-16, as Excel saves Unicode text': () => Buffer.from(`\ufeff${list.replaceAll(',', '\t')}`, 'utf16le'),
  'English headers': () =>
    Buffer.from(
      'Student Number,Name,Grade,Class,Parent1 userid,parent1_mobile,Parent 1 Relation\nzhang,张小三,三年级,1班,mum,13900000001,妈妈\n',
    ),
  'a title above the headers, and unknown columns': () =>
    Buffer.from(`实验小学名册,,\n\n${list.replace('姓名', '姓 名（必填）').replaceAll('\n', ',男\n').replace('男', '性别')}`),
  'a title in brackets': () => Buffer.from(`[实验小学]名册\n${list}`),
  'tabs below a title': () => Buffer.from(`{实验小学}，名册\n${list.replaceAll(',', '\t')}`),
  'the class in one cell': () =>
    Buffer.from(
      '学号,学生姓名,班级,监护人账号,监护人1电话,与孩子关系\nzhang,张小三,三年级/1班,mum,13900000001,妈妈\n'.replace(
        '与孩子关系',
        '监护人关系',
      ),
    ),
  'one row for the student and one for the parent': () =>
    Buffer.from('学号,姓名,年级,班级,家长账号,家长手机,家长关系\nzhang,张小三,三年级,1班,,,\nZHANG,张小三,,,mum,13900000001,妈妈\n'),
  'a workbook with mobiles as numbers': () =>
    writeXlsx({
      sheets: [
        { name: '说明', rows: [['请填写名册']] },
        {
          name: '名册',
          rows: [
            ['学号', '姓名', '年级', '班级', '家长账号', '家长手机', '家长关系'],
            ['zhang', '张小三', '三年级', '1班', 'mum', 13_900_000_001, '妈妈'],
          ],
        },
      ],
    }),
  JSON: () =>
    Buffer.from(
      JSON.stringify({
        students: [
          {
            student_userid: 'zhang',
            name: '张小三',
            classes: ['三年级/1班'],
            is_subscribe: 1,
            parents: [{ parent_userid: 'mum', mobile: '13900000001', relation: '妈妈', is_subscribe: true }],
          },
        ],
      }),
    ),
}

for (const [name, file] of Object.entries(forms))
  test(`a list in this form is imported: ${name}`, async () => {
    await using school = await makeSchool(sqlite)
    const report = await importInto(school, await file())
    assert.deepEqual([complaints(report), await rosterOf(school)], [[], [zhang]])
  })

test('the report names the columns that are not read', async () => {
  assert.deepEqual((await readRoster(Buffer.from('学号,姓名,班级,性别,家长1姓名\n1,张,三年级1班,男,张妈\n'))).unreadColumns, [
    '性别',
    '家长1姓名',
  ])
})

test('the template can be imported, in both languages, as CSV and XLSX', async () => {
  for (const lang of ['zh', 'en'] as const)
    for (const writer of [csv, xlsx]) {
      await using school = await makeSchool(sqlite)
      const bytes = Buffer.concat(await Array.fromAsync(writer.write([templateSheet(lang)])))
      const report = await importInto(school, bytes)
      assert.deepEqual([report.students.created, report.parents.created, report.departments.created.length], [2, 3, 3])
      assert.deepEqual([report.unread_columns, report.bad_rows], [[], []])
    }
})

test('classes are found by the names people write, and new ones are created in the grade of the name', async () => {
  await using school = await makeSchool(sqlite, { classes: { '1班': {}, '三年级（2）班': {} } })
  const classes = [
    '三年级/1班',
    '三年级1班',
    '三年级(2)班',
    '1班',
    '高一(3)班',
    '初中部/初一/1班',
    '东校区/二年级/1班',
    '三年级/1班;三年级/合唱班',
  ]
  const rows = classes.map((name, no) => `s${no},学生${no},${name}\n`)
  const report = await importInto(school, `学号,姓名,班级\n${rows.join('')}`)
  assert.deepEqual(complaints(report), [])
  assert.deepEqual(
    (await rosterOf(school)).map((line) => line.split(': ')[1]),
    [
      '三年级/1班',
      '三年级/1班',
      '三年级/三年级（2）班',
      '三年级/1班',
      '高一/高一(3)班',
      '初中部/初一/1班',
      '东校区/二年级/1班',
      '三年级/1班; 三年级/合唱班',
    ],
  )
  const { departments } = await school.client.departmentList({})
  const typeOf = (name: string) => departments.find((each) => each.name === name)?.type
  assert.deepEqual([typeOf('初中部'), typeOf('东校区'), typeOf('高一'), typeOf('合唱班')], [3, 4, 2, 1])
})

test('every bad cell is reported with line, column and reason', async () => {
  await using school = await makeSchool(sqlite)
  const rows = [
    '学号,姓名,班级,家长1手机,家长1关系,学生手机',
    'a,甲,实验班,,,',
    'b,乙,三年级/1:班,,,',
    'c,丙,三年级/1班,13900000001,一个说不清楚也道不明白的远房亲戚关系,',
    'c,丁,三年级/1班,,,',
    'd,戊,三年级/1班,,,12',
    '3.20102E+17,己,三年级/1班,,,',
    ',庚,三年级/1班,,,',
    ',辛,三年级/1班,13900000009,,',
    ',辛,三年级/1班,13900000008,,',
    `e,${'长'.repeat(33)},三年级/1班,,,`,
    `f,壬,${Array.from({ length: 21 }, (_, no) => `三年级/${no}班`).join(';')},,,`,
    'g,癸,三年级/1班,,,13700000001',
    'h,子,三年级/1班,,,13700000001',
  ]
  assert.deepEqual(complaints(await importInto(school, rows.join('\n'))), [
    '2 班级: the grade of "实验班" is not to be seen: give the grade, or write grade/class',
    '3 班级: expected names of 1-32 characters without - \\ : * ? " < > / ， , got "1:班"',
    '4 家长1关系: expected at most 32 bytes',
    '5 姓名: line 4 gives this student number another name',
    '6 学生手机: expected 5-20 digits, got "12"',
    '7 学号: the spreadsheet kept 15 digits of a longer number: make the column text and type it again',
    "8 学号: expected a student number, or a parent's mobile to know the pupil by",
    '10 姓名: line 9 is a pupil of this name in this class too: give both a student number',
    '11 姓名: expected a name of at most 32 characters',
    '12 班级: expected at most 20 classes for a pupil',
    '14 学生手机: another pupil (g) has this mobile',
  ])
})

test('a file that is no roster is refused with what was expected', async () => {
  const refused: readonly (readonly [file: string | Uint8Array, RegExp])[] = [
    ['', /the file is empty/],
    ['a,b\n1,2\n', /no headers found: expected 姓名\/name and 学号\/number or 班级\/class in one row, got a, b/],
    ['{"pupils":[]}', /expected \{"students"/],
    ['{"students":', /this is no JSON/],
    ['学号,姓名\n"1,2\n', /a quote/],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old Excel file/],
    [Buffer.from('PK\u0003\u0004'), /the ZIP cannot be read/],
    [Buffer.from([0, 1, 2, 255, 254]), /no headers found/],
  ]
  for (const [file, told] of refused) await assert.rejects(readRoster(Buffer.from(file)), told)
})
