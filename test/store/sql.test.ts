import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, forShare, greatest, numbers, rows, sql } from '../../src/store/sql.ts'

test('values become parameters in order, also those of a statement inside another one', () => {
  const inner = sql`select no from t where a = ${1}`
  const query = sql`select * from u where no in (${inner}) and b = ${'x'} and c = ${null}`
  assert.deepEqual(compile(query, 'sqlite'), {
    text: 'select * from u where no in (select no from t where a = ?) and b = ? and c = ?',
    values: [1, 'x', null],
  })
  assert.deepEqual(compile(query, 'postgres'), {
    text: 'select * from u where no in (select no from t where a = $1) and b = $2 and c = $3',
    values: [1, 'x', null],
  })
})

test('a statement used twice binds its values twice', () => {
  const mine = sql`corp_no = ${7}`
  assert.deepEqual(compile(sql`${mine} or ${mine}`, 'postgres'), { text: 'corp_no = $1 or corp_no = $2', values: [7, 7] })
})

test('a list of rows is one parameter on SQLite, and one parameter per column on PostgreSQL', () => {
  const query = sql`select * from ${rows('r', { no: 'bigint', word: 'text' }, [
    [1, 'a'],
    [2, null],
  ])}`
  assert.deepEqual(compile(query, 'sqlite').values, ['[[1,"a"],[2,null]]'])
  assert.deepEqual(compile(query, 'postgres'), {
    text: 'select * from unnest($1::bigint[], $2::text[]) as r(no, word)',
    values: ['{1,2}', '{"a",null}'],
  })
  assert.equal(compile(sql`select * from ${numbers('n', 'no', [1, 2])}`, 'sqlite').values[0], '[1,2]')
})

test('the SQL text does not depend on the number of rows, so that a prepared statement is reused', () => {
  const text = (count: number) =>
    compile(
      sql`select * from ${numbers(
        'n',
        'no',
        Array.from({ length: count }, (_, index) => index),
      )}`,
      'sqlite',
    ).text
  assert.equal(text(0), text(500))
})

test('greatest and forShare compile to the dialect of each database', () => {
  const query = sql`select ${greatest}(a, b) from t ${forShare}`
  assert.equal(compile(query, 'sqlite').text, 'select max(a, b) from t ')
  assert.equal(compile(query, 'postgres').text, 'select greatest(a, b) from t for share')
})
