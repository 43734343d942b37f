// Made by `npm run coverage` from src/wire/table.ts; a test holds it to that.
import type { official, ours } from '../wire/table.ts'
import type { Call } from './call.ts'

export type OfficialCalls = {
  /**
   * 获取access_token: `GET /cgi-bin/gettoken`
   * @see https://developer.work.weixin.qq.com/document/path/91039
   */
  readonly gettoken: Call<(typeof official)['gettoken']>
  /**
   * 获取第三方应用凭证: `POST /cgi-bin/service/get_suite_token`
   * @see https://developer.work.weixin.qq.com/document/path/97162
   */
  readonly getSuiteToken: Call<(typeof official)['getSuiteToken']>
  /**
   * 获取企业永久授权码: `POST /cgi-bin/service/get_permanent_code`
   * @see https://developer.work.weixin.qq.com/document/path/90603
   */
  readonly getPermanentCode: Call<(typeof official)['getPermanentCode']>
  /**
   * 获取企业永久授权码: `POST /cgi-bin/service/v2/get_permanent_code`
   * @see https://developer.work.weixin.qq.com/document/path/100776
   */
  readonly getPermanentCodeV2: Call<(typeof official)['getPermanentCodeV2']>
  /**
   * 获取企业凭证: `POST /cgi-bin/service/get_corp_token`
   * @see https://developer.work.weixin.qq.com/document/path/90605
   */
  readonly getCorpToken: Call<(typeof official)['getCorpToken']>
  /**
   * 获取未观看直播统计V2: `POST /cgi-bin/school/living/get_unwatch_stat_v2`
   * @see https://developer.work.weixin.qq.com/document/path/95795
   */
  readonly getUnwatchStatV2: Call<(typeof official)['getUnwatchStatV2']>
  /**
   * 获取未观看直播统计: `POST /cgi-bin/school/living/get_unwatch_stat`
   * @see https://developer.work.weixin.qq.com/document/path/93742
   */
  readonly getUnwatchStat: Call<(typeof official)['getUnwatchStat']>
  /**
   * 获取观看直播统计V2: `POST /cgi-bin/school/living/get_watch_stat_v2`
   * @see https://developer.work.weixin.qq.com/document/path/95793
   */
  readonly getWatchStatV2: Call<(typeof official)['getWatchStatV2']>
  /**
   * 获取观看直播统计: `POST /cgi-bin/school/living/get_watch_stat`
   * @see https://developer.work.weixin.qq.com/document/path/93741
   */
  readonly getWatchStat: Call<(typeof official)['getWatchStat']>
  /**
   * 获取直播详情: `GET /cgi-bin/school/living/get_living_info`
   * @see https://developer.work.weixin.qq.com/document/path/93740
   */
  readonly schoolGetLivingInfo: Call<(typeof official)['schoolGetLivingInfo']>
  /**
   * 获取老师直播ID列表: `POST /cgi-bin/living/get_user_all_livingid`
   * @see https://developer.work.weixin.qq.com/document/path/93739
   */
  readonly getUserAllLivingid: Call<(typeof official)['getUserAllLivingid']>
  /**
   * 创建预约直播: `POST /cgi-bin/living/create`
   * @see https://developer.work.weixin.qq.com/document/path/93637
   */
  readonly livingCreate: Call<(typeof official)['livingCreate']>
  /**
   * 修改预约直播: `POST /cgi-bin/living/modify`
   * @see https://developer.work.weixin.qq.com/document/path/93640
   */
  readonly livingModify: Call<(typeof official)['livingModify']>
  /**
   * 取消预约直播: `POST /cgi-bin/living/cancel`
   * @see https://developer.work.weixin.qq.com/document/path/93638
   */
  readonly livingCancel: Call<(typeof official)['livingCancel']>
  /**
   * 获取直播详情: `GET /cgi-bin/living/get_living_info`
   * @see https://developer.work.weixin.qq.com/document/path/93635
   */
  readonly livingGetLivingInfo: Call<(typeof official)['livingGetLivingInfo']>
  /**
   * 删除直播回放: `POST /cgi-bin/living/delete_replay_data`
   * @see https://developer.work.weixin.qq.com/document/path/93743
   */
  readonly deleteReplayData: Call<(typeof official)['deleteReplayData']>
  /**
   * 创建部门: `POST /cgi-bin/school/department/create`
   * @see https://developer.work.weixin.qq.com/document/path/92340
   */
  readonly departmentCreate: Call<(typeof official)['departmentCreate']>
  /**
   * 更新部门: `POST /cgi-bin/school/department/update`
   * @see https://developer.work.weixin.qq.com/document/path/92341
   */
  readonly departmentUpdate: Call<(typeof official)['departmentUpdate']>
  /**
   * 删除部门: `GET /cgi-bin/school/department/delete`
   * @see https://developer.work.weixin.qq.com/document/path/92342
   */
  readonly departmentDelete: Call<(typeof official)['departmentDelete']>
  /**
   * 获取部门列表: `GET /cgi-bin/school/department/list`
   * @see https://developer.work.weixin.qq.com/document/path/92343
   */
  readonly departmentList: Call<(typeof official)['departmentList']>
  /**
   * 创建学生: `POST /cgi-bin/school/user/create_student`
   * @see https://developer.work.weixin.qq.com/document/path/92325
   */
  readonly createStudent: Call<(typeof official)['createStudent']>
  /**
   * 更新学生: `POST /cgi-bin/school/user/update_student`
   * @see https://developer.work.weixin.qq.com/document/path/92327
   */
  readonly updateStudent: Call<(typeof official)['updateStudent']>
  /**
   * 删除学生: `GET /cgi-bin/school/user/delete_student`
   * @see https://developer.work.weixin.qq.com/document/path/92326
   */
  readonly deleteStudent: Call<(typeof official)['deleteStudent']>
  /**
   * 批量创建学生: `POST /cgi-bin/school/user/batch_create_student`
   * @see https://developer.work.weixin.qq.com/document/path/92328
   */
  readonly batchCreateStudent: Call<(typeof official)['batchCreateStudent']>
  /**
   * 批量更新学生: `POST /cgi-bin/school/user/batch_update_student`
   * @see https://developer.work.weixin.qq.com/document/path/92330
   */
  readonly batchUpdateStudent: Call<(typeof official)['batchUpdateStudent']>
  /**
   * 批量删除学生: `POST /cgi-bin/school/user/batch_delete_student`
   * @see https://developer.work.weixin.qq.com/document/path/92329
   */
  readonly batchDeleteStudent: Call<(typeof official)['batchDeleteStudent']>
  /**
   * 创建家长: `POST /cgi-bin/school/user/create_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92331
   */
  readonly createParent: Call<(typeof official)['createParent']>
  /**
   * 更新家长: `POST /cgi-bin/school/user/update_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92333
   */
  readonly updateParent: Call<(typeof official)['updateParent']>
  /**
   * 删除家长: `GET /cgi-bin/school/user/delete_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92332
   */
  readonly deleteParent: Call<(typeof official)['deleteParent']>
  /**
   * 批量创建家长: `POST /cgi-bin/school/user/batch_create_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92334
   */
  readonly batchCreateParent: Call<(typeof official)['batchCreateParent']>
  /**
   * 批量更新家长: `POST /cgi-bin/school/user/batch_update_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92336
   */
  readonly batchUpdateParent: Call<(typeof official)['batchUpdateParent']>
  /**
   * 批量删除家长: `POST /cgi-bin/school/user/batch_delete_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92335
   */
  readonly batchDeleteParent: Call<(typeof official)['batchDeleteParent']>
  /**
   * 读取学生或家长: `GET /cgi-bin/school/user/get`
   * @see https://developer.work.weixin.qq.com/document/path/92337
   */
  readonly userGet: Call<(typeof official)['userGet']>
  /**
   * 获取部门学生详情: `GET /cgi-bin/school/user/list`
   * @see https://developer.work.weixin.qq.com/document/path/92338
   */
  readonly userList: Call<(typeof official)['userList']>
  /**
   * 获取部门家长详情: `GET /cgi-bin/school/user/list_parent`
   * @see https://developer.work.weixin.qq.com/document/path/92446
   */
  readonly userListParent: Call<(typeof official)['userListParent']>
  /**
   * 获取可使用的家长范围: `GET /cgi-bin/school/agent/get_allow_scope`
   * @see https://developer.work.weixin.qq.com/document/path/94895
   */
  readonly agentGetAllowScope: Call<(typeof official)['agentGetAllowScope']>
  /**
   * 设置家校通讯录自动同步模式: `POST /cgi-bin/school/set_arch_sync_mode`
   * @see https://developer.work.weixin.qq.com/document/path/92345
   */
  readonly setArchSyncMode: Call<(typeof official)['setArchSyncMode']>
  /**
   * 获取关注「学校通知」的模式: `GET /cgi-bin/externalcontact/get_subscribe_mode`
   * @see https://developer.work.weixin.qq.com/document/path/92318
   */
  readonly getSubscribeMode: Call<(typeof official)['getSubscribeMode']>
  /**
   * 设置关注「学校通知」的模式: `POST /cgi-bin/externalcontact/set_subscribe_mode`
   * @see https://developer.work.weixin.qq.com/document/path/92318
   */
  readonly setSubscribeMode: Call<(typeof official)['setSubscribeMode']>
}

export type OurCalls = {
  /**
   * The lesson has started: `POST /v1/livings/{livingid}/start`
   */
  readonly start: Call<(typeof ours)['start']>
  /**
   * The lesson has ended: `POST /v1/livings/{livingid}/end`
   */
  readonly end: Call<(typeof ours)['end']>
  /**
   * Report who is watching: `POST /v1/livings/{livingid}/presence`
   */
  readonly presence: Call<(typeof ours)['presence']>
  /**
   * The register of a lesson, with reasons: `GET /v1/livings/{livingid}/report`
   */
  readonly report: Call<(typeof ours)['report']>
  /**
   * Excuse viewers from a lesson: `POST /v1/livings/{livingid}/excuse`
   */
  readonly excuse: Call<(typeof ours)['excuse']>
  /**
   * Links that tell who is watching: `POST /v1/livings/{livingid}/links`
   */
  readonly links: Call<(typeof ours)['links']>
  /**
   * Say who follows 学校通知: `POST /v1/roster/subscriptions`
   */
  readonly subscriptions: Call<(typeof ours)['subscriptions']>
}
