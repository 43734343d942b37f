import { getSubscribeMode } from './externalcontact/get_subscribe_mode.ts'
import { setSubscribeMode } from './externalcontact/set_subscribe_mode.ts'
import { gettoken } from './gettoken.ts'
import { livingCancel } from './living/cancel.ts'
import { livingCreate } from './living/create.ts'
import { deleteReplayData } from './living/delete_replay_data.ts'
import { livingGetLivingInfo } from './living/get_living_info.ts'
import { getUserAllLivingid } from './living/get_user_all_livingid.ts'
import { livingModify } from './living/modify.ts'
import { agentGetAllowScope } from './school/agent/get_allow_scope.ts'
import { departmentCreate } from './school/department/create.ts'
import { departmentDelete } from './school/department/delete.ts'
import { departmentList } from './school/department/list.ts'
import { departmentUpdate } from './school/department/update.ts'
import { schoolGetLivingInfo } from './school/living/get_living_info.ts'
import { getUnwatchStat } from './school/living/get_unwatch_stat.ts'
import { getUnwatchStatV2 } from './school/living/get_unwatch_stat_v2.ts'
import { getWatchStat } from './school/living/get_watch_stat.ts'
import { getWatchStatV2 } from './school/living/get_watch_stat_v2.ts'
import { setArchSyncMode } from './school/set_arch_sync_mode.ts'
import { setUpgradeInfo } from './school/set_upgrade_info.ts'
import { batchCreateParent } from './school/user/batch_create_parent.ts'
import { batchCreateStudent } from './school/user/batch_create_student.ts'
import { batchDeleteParent } from './school/user/batch_delete_parent.ts'
import { batchDeleteStudent } from './school/user/batch_delete_student.ts'
import { batchUpdateParent } from './school/user/batch_update_parent.ts'
import { batchUpdateStudent } from './school/user/batch_update_student.ts'
import { createParent } from './school/user/create_parent.ts'
import { createStudent } from './school/user/create_student.ts'
import { deleteParent } from './school/user/delete_parent.ts'
import { deleteStudent } from './school/user/delete_student.ts'
import { userGet } from './school/user/get.ts'
import { userList } from './school/user/list.ts'
import { userListParent } from './school/user/list_parent.ts'
import { updateParent } from './school/user/update_parent.ts'
import { updateStudent } from './school/user/update_student.ts'
import { getCorpToken } from './service/get_corp_token.ts'
import { getPermanentCode } from './service/get_permanent_code.ts'
import { getSuiteToken } from './service/get_suite_token.ts'
import { getPermanentCodeV2 } from './service/v2/get_permanent_code.ts'
import { end } from './v1/end.ts'
import { excuse } from './v1/excuse.ts'
import { extend } from './v1/extend.ts'
import { links } from './v1/links.ts'
import { presence } from './v1/presence.ts'
import { report } from './v1/report.ts'
import { start } from './v1/start.ts'
import { subscriptions } from './v1/subscriptions.ts'

/** WeCom's calls, by their names in the client. */
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
  setUpgradeInfo,
  getSubscribeMode,
  setSubscribeMode,
} as const

/** Rollcall's own calls: with the same token and envelope, and never under /cgi-bin/. */
export const ours = { start, end, extend, presence, report, excuse, links, subscriptions } as const

export const table = { ...official, ...ours } as const
export type Table = typeof table
