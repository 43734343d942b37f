import { departmentCreate } from './department_create.ts'
import { departmentList } from './department_list.ts'
import { getUnwatchStatV2 } from './get_unwatch_stat_v2.ts'
import { gettoken } from './gettoken.ts'
import { livingCreate } from './living_create.ts'
import { batchCreateParent } from './parent_batch_create.ts'
import { createParent } from './parent_create.ts'
import { batchCreateStudent } from './student_batch_create.ts'
import { createStudent } from './student_create.ts'
import { updateStudent } from './student_update.ts'
import { userGet } from './user_get.ts'
import { presence } from './v1_presence.ts'
import { end, start } from './v1_start_end.ts'
import { subscriptions } from './v1_subscriptions.ts'

/** WeCom's calls, by the names our client gives them. */
export const official = {
  gettoken,
  getUnwatchStatV2,
  livingCreate,
  departmentCreate,
  departmentList,
  createStudent,
  updateStudent,
  batchCreateStudent,
  createParent,
  batchCreateParent,
  userGet,
} as const

/** Ours: never under /cgi-bin/, same token, same envelope. */
export const ours = { start, end, presence, subscriptions } as const

export const table = { ...official, ...ours } as const
export type Table = typeof table
