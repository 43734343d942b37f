import Type, { type TObject } from 'typebox'
import type { Endpoint } from '../wire/endpoint.ts'
import { errcodes } from '../wire/errcode.ts'
import { table } from '../wire/table.ts'

/** The contract as an OpenAPI 3.1 document. TypeBox declarations are JSON Schema already. */
export const openapi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Rollcall',
    version: '1',
    license: { name: 'MIT', identifier: 'MIT' },
    description: `Who has not watched the live lesson. Business errors are HTTP 200 with an errcode:\n\n${Object.values(errcodes)
      .map(({ errcode, meaning, errmsg, hint }) => `* ${errcode} ${meaning} (${errmsg}): ${hint}`)
      .join('\n')}`,
  },
  servers: [{ url: '/' }],
  security: [{ access_token: [] }],
  components: {
    securitySchemes: Object.fromEntries(
      ['access_token', 'suite_access_token'].map((name) => [name, { type: 'apiKey', in: 'query', name }]),
    ),
  },
  paths: Object.fromEntries(
    Object.entries(table).map(([name, call]) => [call.path, { [call.method.toLowerCase()]: operation(name, call) }]),
  ),
})

function operation(name: string, call: Endpoint) {
  const inPath = [...call.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter as string)
  const rest = Object.entries(call.input.properties).filter(([field]) => !inPath.includes(field))
  const required = call.input.required ?? []
  const parameter = (field: string, where: 'path' | 'query') => ({
    name: field,
    in: where,
    required: where === 'path' || required.includes(field),
    schema: call.input.properties[field],
  })
  const body = Type.Object(Object.fromEntries(rest)) as TObject
  return {
    operationId: name,
    summary: call.title,
    ...(call.doc && { externalDocs: { url: `https://developer.work.weixin.qq.com/document/path/${call.doc}` } }),
    ...(call.needs === 'nobody' && { security: [] }),
    ...(call.needs === 'suite' && { security: [{ suite_access_token: [] }] }),
    parameters: [
      ...inPath.map((field) => parameter(field, 'path')),
      ...(call.method === 'GET' ? rest.map(([field]) => parameter(field, 'query')) : []),
    ],
    ...(call.method === 'POST' && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { ...body, required: rest.map(([field]) => field).filter((field) => required.includes(field)) } },
        },
      },
    }),
    responses: {
      200: {
        description: 'errcode 0 and the answer, or an errcode and why',
        content: {
          'application/json': {
            schema: Type.Object({
              ...(call.isBareOnSuccess
                ? { errcode: Type.Optional(Type.Integer()), errmsg: Type.Optional(Type.String()) }
                : { errcode: Type.Integer(), errmsg: Type.String() }),
              ...Object.fromEntries(Object.entries(call.output.properties).map(([field, schema]) => [field, Type.Optional(schema)])),
            }),
          },
        },
      },
    },
  }
}
