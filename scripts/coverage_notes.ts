import type { Table } from '../src/wire/table.ts'

/** The hand-written part of COVERAGE.md. A call that is added leaves `missing` by itself; its limits are said in `partial`. */

/** Calls that are served, but not in all that WeCom does. */
export const partial: Partial<Record<keyof Table, string>> = {
  livingCreate:
    'reminders are not sent, covers and event pages are kept and not shown; the extra field `living_range` is ours, since WeCom takes the classes from its app',
  schoolGetLivingInfo: '`group_names` is always empty, `subscribe_count` 0 and `push_stream_url` "": Rollcall takes no stream itself',
  livingGetLivingInfo: '`mic_num` and `subscribe_count` are 0, `main_department` is the root (staff are not kept), `push_stream_url` is ""',
  deleteReplayData: 'a replay is there once somebody was reported to watch it; no recording is kept',
  createStudent: '`to_invite` is accepted and ignored: there is no one to send the invitation',
  batchCreateStudent: '`to_invite` is accepted and ignored',
  createParent: '`to_invite` is accepted and ignored',
  batchCreateParent: '`to_invite` is accepted and ignored',
  userGet: '`external_userid` is never there; `mobile` is shown to every app that may read; `is_subscribe` of a student is ours',
  userList: '`external_userid` is never there; `is_subscribe` of a student is ours',
  userListParent: '`external_userid` is never there',
  agentGetAllowScope: 'every app may address the whole school: the root, and no single students',
  setArchSyncMode: 'the mode is kept and nothing follows from it: Rollcall has no tags',
  setSubscribeMode: 'the mode is kept and nothing follows from it: who follows is said through `/v1/roster/subscriptions`',
  departmentList: '`is_graduated` and `open_group_chat` are always 0, `group_chat_id` is never there',
}

/** Official calls of the chapters around the school's livings: shown as missing while the table does not have their path. */
export const missing: readonly { readonly path: string; readonly doc?: number; readonly title: string }[] = [
  { path: '/cgi-bin/living/get_user_all_livingid', doc: 93739, title: '获取老师直播ID列表' },
  { path: '/cgi-bin/school/living/get_living_info', doc: 93740, title: '获取直播详情' },
  { path: '/cgi-bin/school/living/get_watch_stat', doc: 93741, title: '获取观看直播统计' },
  { path: '/cgi-bin/school/living/get_unwatch_stat', doc: 93742, title: '获取未观看直播统计' },
  { path: '/cgi-bin/living/delete_replay_data', doc: 93743, title: '删除直播回放' },
  { path: '/cgi-bin/school/living/get_watch_stat_v2', doc: 95793, title: '获取观看直播统计V2' },
  { path: '/cgi-bin/living/modify', doc: 93640, title: '修改预约直播' },
  { path: '/cgi-bin/living/cancel', doc: 93638, title: '取消预约直播' },
  { path: '/cgi-bin/living/get_living_info', doc: 93635, title: '获取直播详情 (企业直播)' },
  { path: '/cgi-bin/living/get_watch_stat', doc: 93636, title: '获取直播观看明细 (企业直播)' },
  { path: '/cgi-bin/living/get_living_code', doc: 93641, title: '获取微信观看直播凭证' },
  { path: '/cgi-bin/living/get_living_share_info', doc: 94442, title: '获取跳转小程序商城的直播观众信息' },
  { path: '/cgi-bin/school/department/update', doc: 92341, title: '更新部门' },
  { path: '/cgi-bin/school/department/delete', doc: 92342, title: '删除部门' },
  { path: '/cgi-bin/school/set_upgrade_info', doc: 92949, title: '修改自动升年级的配置' },
  { path: '/cgi-bin/school/user/update_student', doc: 92327, title: '更新学生' },
  { path: '/cgi-bin/school/user/delete_student', title: '删除学生' },
  { path: '/cgi-bin/school/user/batch_update_student', title: '批量更新学生' },
  { path: '/cgi-bin/school/user/batch_delete_student', title: '批量删除学生' },
  { path: '/cgi-bin/school/user/update_parent', doc: 92333, title: '更新家长' },
  { path: '/cgi-bin/school/user/delete_parent', title: '删除家长' },
  { path: '/cgi-bin/school/user/batch_update_parent', title: '批量更新家长' },
  { path: '/cgi-bin/school/user/batch_delete_parent', title: '批量删除家长' },
  { path: '/cgi-bin/school/user/list', doc: 92338, title: '获取部门学生详情' },
  { path: '/cgi-bin/school/user/list_parent', doc: 92446, title: '获取部门家长详情' },
  { path: '/cgi-bin/school/set_arch_sync_mode', doc: 92345, title: '设置家校通讯录自动同步模式' },
  { path: '/cgi-bin/school/getuserinfo', doc: 95791, title: '家校沟通网页授权' },
  { path: '/cgi-bin/school/agent/get_allow_scope', doc: 94895, title: '获取可使用的家长范围' },
  { path: '/cgi-bin/externalcontact/get_subscribe_qr_code', doc: 92320, title: '获取「学校通知」二维码' },
  { path: '/cgi-bin/externalcontact/set_subscribe_mode', doc: 92318, title: '设置「学校通知」的关注模式' },
  { path: '/cgi-bin/externalcontact/get_subscribe_mode', doc: 92318, title: '获取「学校通知」的关注模式' },
  { path: '/cgi-bin/externalcontact/message/send', doc: 92321, title: '发送「学校通知」' },
  { path: '/cgi-bin/externalcontact/convert_to_openid', doc: 92323, title: '外部联系人openid转换' },
  { path: '/cgi-bin/service/school/getuserinfo3rd', doc: 95790, title: '家校沟通网页授权 (第三方)' },
]

/** What WeCom does not say and somebody had to. */
export const retryOnConflict: readonly string[] = [
  '**Pages.** 1,000 entries, students and parents together (`ROLLCALL_PAGE_SIZE`, 1–10,000), in the order in which the viewers were first known. Only `has_more` ends a walk.',
  '**Cursors.** An opaque signed string, always there; `"0"` where a list is empty from the start. Absent, `null`, `""`, `"0"` and the number 0 are the beginning. It survives restarts, other page sizes, roster changes and the end of the lesson. Damaged, of another living or of another list: 50100. `next_key`, the name of V1, is read where `next_cursor` is absent.',
  '**Fresh.** The lists are live, without delay, before, during and after the lesson. Before a living starts everyone expected is unwatched; a cancelled or expired living has empty lists.',
  '**Replay** does not count as watching.',
  '**Who is expected.** Each person by their own follow flag: a parent who follows is counted though the child does not, and the reverse. The follow flag of a student is ours.',
  '**Frozen at the end.** Until a lesson ends its register follows the roster; then it stays. `partyids` are all classes of the student, as they were at the end.',
  '**Kept** for ever, or until `ROLLCALL_RETENTION_DAYS` after its end; then the livingid is unknown (40058).',
  '**Range.** `living_range.partyids` of `living/create`, 100 at most; a party that is not a class stands for the classes under it; without it, the classes that name the anchor among their `department_admins`.',
  '**Departments** keep their type. One that moves takes its classes into the running lessons of its new place and out of those of its old; one with another id has it in every range, and ended lessons show the old one in `partyids`. Checked for deletion in this order: 60003, 60005, 60006, 60007.',
  '**Who leaves** and comes back under the same userid is the same person, with the stays from before, and follows when told so. Their userid stays theirs: nobody is renamed to it.',
  '**A lesson** is [start, end). A stay overlaps it, or as a moment (no `leave_time`) lies in it. Two devices at once do not count double.',
  "**Whose living.** Unknown and another corp's answer alike: 40058. Another app's: 92008. A grant that is missing: 48002, and `errmsg` names it.",
  '**Wrong requests.** Missing, mistyped or too long fields, bad JSON, a wrong method, more than 8 MB: 40058 with HTTP 200. An unknown path is HTTP 404 with an errcode body. Checked in this order: method, size, token, JSON, fields, grant, living, cursor.',
  '**Tokens** live 7,200 s; the same one is given until 300 s are left. gettoken serves every kind of app, third-party apps beside the official `service/*` way.',
  '**System apps** work in corps added with `--legacy` alone, as the rule of 2023-12-01 has it; they see their own livings.',
  '**By itself.** A living never started expires at its planned end + `ROLLCALL_END_GRACE`; one never ended ends at the later of its planned end and start + duration, + grace.',
  "**Mirrored livings**, which `rollcall mirror` pulled, are another host's: to change one, to start or end it, and to report presence for it is 92008.",
  '**No frequency limits** (45009, 45033) and no trusted IPs (60020): put them into the proxy in front.',
]
