import Type from 'typebox'

/** The fields that many calls share, with their limits: wecom-facts of pages 95795, 92325, 92340, 93637. */
export const livingid = Type.String({ minLength: 1, maxLength: 128, description: 'live id, opaque' })

/** Absent, null, "" and "0" mean the beginning; a bare number 0 is read the same. */
export const cursor = Type.Union([Type.String({ maxLength: 256 }), Type.Literal(0)], {
  description: 'the `next_cursor` of the page before; "0", "" or nothing for the first',
})

export const userid = Type.String({ minLength: 1, maxLength: 64, description: 'compared without case' })
export const name = Type.String({ minLength: 1, maxLength: 32 })
export const mobile = Type.String({ minLength: 1, maxLength: 32 })
export const partyid = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })
export const partyids = Type.Array(partyid)
export const zeroOrOne = Type.Integer({ minimum: 0, maximum: 1 })

/** 10^11 s is the year 5138; anything above is somebody's milliseconds. */
export const unixSeconds = Type.Integer({
  minimum: 0,
  maximum: 99_999_999_999,
  description: 'unix time in seconds (not milliseconds)',
})

/** WeCom's flags are numbers; SDKs also send booleans. */
export const flag = Type.Union([zeroOrOne, Type.Boolean()])

export const relation = Type.String({ maxLength: 32, description: 'at most 32 bytes' })

/** Whom a batch deletes. `userid_list` is what some SDKs call it. */
const userids = Type.Array(userid, { minItems: 1, maxItems: 100 })
export const useridlist = Type.Object({ useridlist: Type.Optional(userids), userid_list: Type.Optional(userids) })
