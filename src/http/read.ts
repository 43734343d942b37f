import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Endpoint } from '../wire/endpoint.ts'
import { type ErrorName, WireError } from '../wire/errcode.ts'

/** The parts of JSON Schema that the contract uses. */
type Shape = TSchema & {
  type?: string
  description?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  const?: unknown
  not?: { const?: unknown }
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  'x-too-many'?: ErrorName
  additionalProperties?: boolean
}

/** The compiled schema of each call, compiled when it is first called: all of them at the start would take 60 ms. */
const compiledByPath = new Map<string, { Check(value: unknown): boolean }>()

/**
 * The input of a call as its declaration has it. What fits the schema is taken as it is. Anything else is read as leniently as the SDKs of
 * this field need: null, "", "null" and "None" as absent, a numeric string as a number, "" and 0 as absent where the declaration says so
 * (`emptyIsAbsent`).
 *
 * @param hasEscapes whether the text may hold what a schema does not see, so that every string has to be looked at
 * @throws 40058, naming the field, what was expected and what came; another code where the declaration of a list has one for too many elements
 */
export function readInput(call: Endpoint, given: object, hasEscapes: boolean): object {
  let schema = compiledByPath.get(call.path)
  if (!schema) {
    schema = Compile(call.input)
    compiledByPath.set(call.path, schema)
  }
  if (!hasEscapes && schema.Check(given)) return given
  return read(call.input, given, '') as object
}

const refuse = (path: string, expected: string, got: unknown, kind: ErrorName = 'bad_request'): never => {
  throw new WireError(kind, `${path || 'body'}: expected ${expected}, got ${shown(got)}`)
}

const refuseUnknown = (path: string, fields: readonly string[]): never => {
  throw new WireError('bad_request', `${path.slice(0, 100)}: no such field, expected ${fields.join(', ')}`)
}

/** A value for an error message: enough to recognise it, and never so much that a name or a body ends up in a log. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string') return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  return String(value)
}

/** What stands for an absent value; the second set for numbers alone. */
const absent = new Set<unknown>([null, undefined])
const absentNumber = new Set<unknown>(['', 'null', 'None', 'undefined'])

function read(schema: Shape, value: unknown, path: string): unknown {
  if (schema.anyOf) return readAny(schema.anyOf, value, path)
  if (schema.type === 'object') return readObject(schema, value, path)
  if (schema.type === 'array') return readArray(schema, value, path)
  if (schema.type === 'integer') return readInteger(schema, value, path)
  if (schema.type === 'string') return readString(schema, value, path)
  if (schema.type === 'boolean') return typeof value === 'boolean' ? value : refuse(path, 'true or false', value)
  return 'const' in schema && value === schema.const ? value : refuse(path, JSON.stringify(schema.const), value)
}

function readObject({ properties = {}, required = [], additionalProperties }: Shape, value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object', value)
  const given = value as Record<string, unknown>
  if (additionalProperties === false)
    for (const name of Object.keys(given))
      if (!Object.hasOwn(properties, name)) refuseUnknown(path ? `${path}.${name}` : name, Object.keys(properties))
  const out: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(properties)) {
    const at = path ? `${path}.${name}` : name
    const part = Object.hasOwn(given, name) ? given[name] : undefined
    const isOptional = !required.includes(name)
    if (absent.has(part) || (isOptional && (isEmpty(schema, part) || (isNumeric(schema) && absentNumber.has(part))))) {
      if (!isOptional) refuse(at, describe(schema), part)
    } else out[name] = read(schema, part, at)
  }
  return out
}

/** Whether a value is the empty one that a declaration excludes. A query, and some SDKs, send the number 0 as text. */
const isEmpty = ({ not }: Shape, value: unknown): boolean =>
  not !== undefined && (value === not.const || (not.const === 0 && value === '0'))

const isNumeric = ({ type, anyOf }: Shape): boolean => type === 'integer' || (anyOf?.some(isNumeric) ?? false)

function readArray(schema: Shape, value: unknown, path: string): unknown[] {
  const { items, minItems = 0, maxItems = Infinity } = schema
  if (!Array.isArray(value) || value.length < minItems) return refuse(path, describe(schema), value)
  if (value.length > maxItems) return refuse(path, describe(schema), value, schema['x-too-many'])
  return items ? value.map((each, index) => read(items, each, `${path}[${index}]`)) : value
}

function readInteger(schema: Shape, value: unknown, path: string): number {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < minimum || number > maximum)
    return refuse(path, describe(schema), value)
  return number
}

function readString(schema: Shape, value: unknown, path: string): string {
  const { minLength = 0, maxLength = Infinity } = schema
  if (typeof value !== 'string') return refuse(path, describe(schema), value)
  // PostgreSQL cannot store NUL
  if (value.includes('\0') || !value.isWellFormed()) return refuse(path, 'well-formed text without NUL', 'something else')
  const length = [...value].length
  return length < minLength || length > maxLength ? refuse(path, describe(schema), value) : value
}

/** A value as the first branch that accepts it. Of objects, the branch most of whose required fields are given, so that the error is about that one. */
function readAny(branches: readonly Shape[], value: unknown, path: string): unknown {
  const objects = branches.filter((branch) => branch.type === 'object')
  if (objects.length && typeof value === 'object' && value !== null) {
    const givenOf = (branch: Shape) => (branch.required ?? []).filter((name) => name in value).length
    const best = objects.toSorted((a, b) => givenOf(b) - givenOf(a))[0] as Shape
    return read(best, value, path)
  }
  for (const branch of branches) {
    try {
      return read(branch, value, path)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
    }
  }
  return refuse(path, branches.map(describe).join(' or '), value)
}

/** What a schema expects, for an error message. */
function describe(schema: Shape): string {
  const { type, anyOf, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  const range = (low: number | undefined, high: number | undefined) =>
    low !== undefined && high !== undefined
      ? ` from ${low} to ${high}`
      : high !== undefined
        ? ` of at most ${high}`
        : low !== undefined
          ? ` of at least ${low}`
          : ''
  if (anyOf) return anyOf.map(describe).join(' or ')
  if (type === 'integer') return `a whole number${range(minimum, maximum)}${schema.description ? ` (${schema.description})` : ''}`
  if (type === 'string') return `a string${maxLength === undefined ? '' : ` of ${minLength ?? 0}-${maxLength} characters`}`
  if (type === 'array') return `an array${maxItems === undefined ? '' : ` of ${minItems ?? 0}-${maxItems}`}`
  return 'const' in schema ? JSON.stringify(schema.const) : type === 'object' ? 'an object' : 'true or false'
}
