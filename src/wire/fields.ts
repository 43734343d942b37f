import Type, { type TInteger, type TProperties, type TSchema, type TString } from 'typebox'
import type { ErrorName } from './errcode.ts'

/**
 * The input of one of Rollcall's own calls, or an object in it: a field that is not declared is refused by name. WeCom's calls ignore such
 * fields.
 */
export const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })

/**
 * An optional text or number whose empty value, "" or 0, means the same as its absence: SDKs send the empty values of fields that their
 * caller has not set. The schema excludes the value; `http/read.ts` reads it as absent.
 */
export const emptyIsAbsent = <T extends TString | TInteger>(schema: T) =>
  Type.Optional({ ...schema, not: { const: schema.type === 'string' ? '' : 0 } } as T)

/** Fields that many calls share, with the limits of WeCom pages 95795, 92325, 92340 and 93637. */
export const livingid = Type.String({ minLength: 1, maxLength: 128, description: 'live id, opaque' })

/** Absent, null, "", "0" and the number 0 mean the beginning. */
export const cursor = Type.Union([Type.String({ maxLength: 256 }), Type.Literal(0)], {
  description: 'the `next_cursor` of the page before; "0", "" or nothing for the first',
})

export const userid = Type.String({ minLength: 1, maxLength: 64, description: 'compared without case' })
export const name = Type.String({ minLength: 1, maxLength: 32 })
export const mobile = Type.String({ minLength: 1, maxLength: 32 })
export const partyid = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })
export const partyids = Type.Array(partyid)
export const zeroOrOne = Type.Integer({ minimum: 0, maximum: 1 })

/** 10^11 seconds is the year 5138: a larger number is a time in milliseconds, and refused. */
export const unixSeconds = Type.Integer({
  minimum: 0,
  maximum: 99_999_999_999,
  description: 'unix time in seconds (not milliseconds)',
})

/** A flag of WeCom's is 0 or 1; some SDKs send booleans. */
export const flag = Type.Union([zeroOrOne, Type.Boolean()])

export const relation = Type.String({ maxLength: 32, description: 'at most 32 bytes' })

/** The list of a batch: 1 to 100 elements. A longer one is answered with the error `tooMany`, whose errcode WeCom has for it (page 90313). */
export const batchOf = <T extends TSchema>(items: T, tooMany: ErrorName) =>
  Type.Array(items, { minItems: 1, maxItems: 100, 'x-too-many': tooMany })

/** The userids that a batch deletes. Some SDKs call the field `userid_list`. */
export const useridlist = (tooMany: ErrorName) => {
  const userids = Type.Optional(batchOf(userid, tooMany))
  return Type.Object({ useridlist: userids, userid_list: userids })
}
