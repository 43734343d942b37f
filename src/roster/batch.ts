import { WireError } from '../wire/errcode.ts'
import type { Failure } from './people.ts'

/** Answers of the calls that change one person, or many. */

/**
 * The answer of a batch call: one element for each failure, and on top the first failure's errcode and errmsg, as WeCom has it. Of students
 * and of parents the elements differ in the name of the userid.
 */
export const failuresByStudent = (failures: readonly Failure[]) => ({
  ...firstFailure(failures),
  result_list: failures.map(({ userid, error }) => ({ student_userid: userid, errcode: error.errcode, errmsg: error.message })),
})

export const failuresByParent = (failures: readonly Failure[]) => ({
  ...firstFailure(failures),
  result_list: failures.map(({ userid, error }) => ({ parent_userid: userid, errcode: error.errcode, errmsg: error.message })),
})

const firstFailure = ([first]: readonly Failure[]) => first && { errcode: first.error.errcode, errmsg: first.error.message }

/** The answer of a call about one person: nothing, or the error is thrown. */
export function throwFirst([first]: readonly Failure[]) {
  if (first) throw first.error
  return {}
}

/** Whom a batch deletes; `userid_list` is what some SDKs call the field. Throws 40058 where neither is there. */
export function useridsOf({ useridlist, userid_list }: { useridlist?: string[]; userid_list?: string[] }): string[] {
  const userids = useridlist ?? userid_list
  if (!userids) throw new WireError('bad_request', 'useridlist: expected an array of 1-100, got nothing')
  return userids
}
