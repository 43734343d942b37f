import type { Endpoint } from '../../src/wire/endpoint.ts'
import { table } from '../../src/wire/table.ts'

/** The JSON schema of a field, as the calls declare it. Tests that walk over the schemas cover a new call without further work. */
export type Shape = {
  type?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  const?: unknown
  /** excludes the empty value of an optional field, which is read as its absence */
  not?: { const?: unknown }
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/** All calls, by name. */
export const calls: readonly (readonly [name: string, call: Endpoint])[] = Object.entries(table)
/** The calls that need an app's access token. Not among them: calls without a token, and calls with a provider's suite token. */
export const guarded = calls.filter(([, call]) => !['nobody', 'suite'].includes(call.needs))

/** The smallest value that a schema accepts. With `whole`, it has the optional fields too. */
export function sample(schema: Shape, whole = false): unknown {
  const { type, anyOf, properties = {}, required = [], items } = schema
  if (anyOf) return sample(anyOf[0] as Shape, whole)
  if ('const' in schema) return schema.const
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1
  if (type === 'string') return 'a'.repeat(Math.max(1, schema.minLength ?? 0))
  if (type === 'boolean') return true
  if (type === 'array') return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => sample(items ?? {}, whole))
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => whole || required.includes(name))
      .map(([name, field]) => [name, sample(field, whole)]),
  )
}

/** Returns the URL path with its fields filled in, and the rest of the input, which belongs into the body or the query. */
export function placed(call: Endpoint, input: Readonly<Record<string, unknown>>) {
  const rest = { ...input }
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(rest[field])
    delete rest[field]
    return encodeURIComponent(value)
  })
  return { path, rest }
}
