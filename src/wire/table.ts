import { agentGetAllowScope } from './agent_get_allow_scope.ts'
import { deleteReplayData } from './delete_replay_data.ts'
import { departmentCreate } from './department_create.ts'
import { departmentDelete } from './department_delete.ts'
import { departmentList } from './department_list.ts'
import { departmentUpdate } from './department_update.ts'
import { getSubscribeMode } from './get_subscribe_mode.ts'
import { getUnwatchStat } from './get_unwatch_stat.ts'
import { getUnwatchStatV2 } from './get_unwatch_stat_v2.ts'
import { getUserAllLivingid } from './get_user_all_livingid.ts'
import { getWatchStat } from './get_watch_stat.ts'
import { getWatchStatV2 } from './get_watch_stat_v2.ts'
import { gettoken } from './gettoken.ts'
import { livingCancel } from './living_cancel.ts'
import { livingCreate } from './living_create.ts'
import { livingGetLivingInfo } from './living_get_living_info.ts'
import { livingModify } from './living_modify.ts'
import { batchCreateParent } from './parent_batch_create.ts'
import { batchDeleteParent } from './parent_batch_delete.ts'
import { batchUpdateParent } from './parent_batch_update.ts'
import { createParent } from './parent_create.ts'
import { deleteParent } from './parent_delete.ts'
import { updateParent } from './parent_update.ts'
import { schoolGetLivingInfo } from './school_get_living_info.ts'
import { getCorpToken } from './service_get_corp_token.ts'
import { getPermanentCode, getPermanentCodeV2 } from './service_get_permanent_code.ts'
import { getSuiteToken } from './service_get_suite_token.ts'
import { setArchSyncMode } from './set_arch_sync_mode.ts'
import { setSubscribeMode } from './set_subscribe_mode.ts'
import { batchCreateStudent } from './student_batch_create.ts'
import { batchDeleteStudent } from './student_batch_delete.ts'
import { batchUpdateStudent } from './student_batch_update.ts'
import { createStudent } from './student_create.ts'
import { deleteStudent } from './student_delete.ts'
import { updateStudent } from './student_update.ts'
import { userGet } from './user_get.ts'
import { userList } from './user_list.ts'
import { userListParent } from './user_list_parent.ts'
import { excuse } from './v1_excuse.ts'
import { links } from './v1_links.ts'
import { presence } from './v1_presence.ts'
import { report } from './v1_report.ts'
import { end, start } from './v1_start_end.ts'
import { subscriptions } from './v1_subscriptions.ts'

/** WeCom's calls, by the names our client gives them. */
export const official = {
  gettoken,
  getSuiteToken,
  getPermanentCode,
  getPermanentCodeV2,
  getCorpToken,
  getUnwatchStatV2,
  getUnwatchStat,
  getWatchStatV2,
  getWatchStat,
  schoolGetLivingInfo,
  getUserAllLivingid,
  livingCreate,
  livingModify,
  livingCancel,
  livingGetLivingInfo,
  deleteReplayData,
  departmentCreate,
  departmentUpdate,
  departmentDelete,
  departmentList,
  createStudent,
  updateStudent,
  deleteStudent,
  batchCreateStudent,
  batchUpdateStudent,
  batchDeleteStudent,
  createParent,
  updateParent,
  deleteParent,
  batchCreateParent,
  batchUpdateParent,
  batchDeleteParent,
  userGet,
  userList,
  userListParent,
  agentGetAllowScope,
  setArchSyncMode,
  getSubscribeMode,
  setSubscribeMode,
} as const

/** Ours: never under /cgi-bin/, same token, same envelope. */
export const ours = { start, end, presence, report, excuse, links, subscriptions } as const

export const table = { ...official, ...ours } as const
export type Table = typeof table
