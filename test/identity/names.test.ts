import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameForms, namesWithin } from '../../src/identity/names.ts'

const readAs = (name: string) => nameForms(name).map(({ student, relation }) => (relation ? `${relation} of ${student}` : student))

test('a name with a word for a relation is read as the student and as that parent', () => {
  assert.deepEqual(readAs('张三'), ['张三'])
  assert.deepEqual(readAs('张三妈妈'), ['张三妈妈', 'mother of 张三'])
  assert.deepEqual(readAs('张三的爸爸'), ['张三的爸爸', 'father of 张三'])
  assert.deepEqual(readAs('张三（妈妈）'), ['mother of 张三'])
  assert.deepEqual(readAs('张三【家长】'), ['parent of 张三'])
  assert.equal(readAs('Li Lei (mother)')[0], 'mother of Li Lei')
  assert.deepEqual(readAs("Li Lei's mom").slice(0, 2), ["Li Lei's mom", 'mother of Li Lei'])
  assert.deepEqual(readAs('妈妈'), ['妈妈'])
})

test('what stands in brackets may be the name', () => {
  assert.deepEqual(readAs('Lei (李雷)').slice(0, 3), ['Lei (李雷)', 'Lei', '李雷'])
  assert.deepEqual(readAs('  Li   Lei ').slice(0, 2), ['Li Lei', 'LiLei'])
})

test('the names within a longer name are two to four Chinese characters, or one to three other words', () => {
  assert.ok(namesWithin('三年级1班张三').includes('张三'))
  assert.ok(namesWithin('3A Li Lei iPad').includes('Li Lei'))
  assert.deepEqual(namesWithin('张三'), ['张三'])
  assert.deepEqual(namesWithin('123'), [])
})
