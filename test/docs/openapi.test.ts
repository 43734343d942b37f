import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { openapi } from '../../src/http/openapi.ts'
import { table } from '../../src/wire/table.ts'

test('/openapi.json is OpenAPI 3.1', async () => {
  const document = JSON.parse(JSON.stringify(openapi()))
  const validator = new Validator()
  const { valid, errors } = await validator.validate(document)
  assert.ok(valid, JSON.stringify(errors))
  assert.equal(validator.version, '3.1')
})

test('/openapi.json has every call', () => {
  const { paths } = openapi() as { paths: Record<string, Record<string, { operationId: string }>> }
  for (const [name, { method, path }] of Object.entries(table)) assert.equal(paths[path]?.[method.toLowerCase()]?.operationId, name)
})
