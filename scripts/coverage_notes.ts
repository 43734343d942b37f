import type { Table } from '../src/wire/table.ts'

/** The limits of calls that Rollcall serves only in part, by the client's name of the call. */
export const partial: Partial<Record<keyof Table, string>> = {
  livingCreate:
    'reminders are not sent; covers and event pages are stored and never shown. The field `living_range` exists in Rollcall only: WeCom takes the classes from its app',
  schoolGetLivingInfo: '`group_names` is always empty, `subscribe_count` 0 and `push_stream_url` "": Rollcall receives no stream itself',
  livingGetLivingInfo:
    '`mic_num` and `subscribe_count` are 0, `main_department` is the root (Rollcall stores no staff), `push_stream_url` is ""',
  deleteReplayData: 'a replay exists once somebody was reported to watch it; Rollcall stores no recording',
  createStudent: '`to_invite` is accepted and ignored: Rollcall sends no invitations',
  batchCreateStudent: '`to_invite` is accepted and ignored',
  createParent: '`to_invite` is accepted and ignored',
  batchCreateParent: '`to_invite` is accepted and ignored',
  userGet:
    'there is no `external_userid`; every app that may read the contacts gets `mobile`; `is_subscribe` of a student exists in Rollcall only',
  userList: 'there is no `external_userid`; `is_subscribe` of a student exists in Rollcall only',
  userListParent: 'there is no `external_userid`',
  agentGetAllowScope: 'the answer is always the whole school (the root department) and no single students',
  setArchSyncMode: 'the mode is stored and has no effect: Rollcall has no tags',
  setSubscribeMode: 'the mode is stored and has no effect: subscriptions are set with `/v1/roster/subscriptions`',
  departmentList: '`is_graduated` and `open_group_chat` are always 0, there is no `group_chat_id`',
}

/** Official calls about schools and their livings. COVERAGE.md lists those as missing whose path is not in src/wire/table.ts. */
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

/** Decisions where WeCom's documentation leaves the behaviour open. */
export const decided: readonly string[] = [
  '**Pages** have 1,000 entries, students and parents together (`ROLLCALL_PAGE_SIZE`, 1–10,000), in the order in which the viewers became known. Only `has_more` tells whether another page follows.',
  '**Cursors** are opaque signed strings. There always is one; it is `"0"` if the list is empty from the start. An absent cursor, `null`, `""`, `"0"` and the number 0 mean the beginning. A cursor stays valid after restarts, with other page sizes, after changes of the roster and after the end of the lesson. A damaged cursor, or one of another living or list, is 50100. `next_key`, its name in V1, is read if `next_cursor` is absent.',
  '**The lists are live**, without delay, before, during and after the lesson. Before a living starts, everyone expected is unwatched. A cancelled or expired living has empty lists.',
  '**Watching a replay** does not count as watching.',
  '**Everyone is expected by their own subscription:** a parent who follows 「学校通知」 is counted even if the child does not, and the other way round. Only Rollcall has a subscription of the student.',
  '**The register is frozen at the end.** Until a lesson ends, its register follows the roster; then it does not change any more. `partyids` are all classes of the student at that time.',
  '**Livings are stored** for ever, or until `ROLLCALL_RETENTION_DAYS` after their end; then the livingid is unknown (40058).',
  '**The range of a living** is `living_range.partyids` of `living/create`, 100 at most. A party that is not a class stands for the classes below it. Without `living_range`, the range is the classes that have the anchor among their `department_admins`.',
  '**Departments** keep their type. If a department moves, its classes join the running lessons of its new parent and leave those of its old parent. If a department gets another id, every range gets the new id, and `partyids` of ended lessons keep the old one. Before a department is deleted, these are checked in this order: 60003, 60005, 60006, 60007.',
  '**A person who leaves** and comes back under the same userid is the same person, with the earlier stays, and follows 「学校通知」 only when told so again. Nobody else can be renamed to the userid of somebody who has left.',
  '**A lesson is the interval [start, end).** A viewer has watched if a stay overlaps it, or, for a stay without `leave_time`, if the enter time is in it. Two devices at the same time do not count double.',
  '**Permissions.** A living of another corp is unknown: 40058. A living of another app is 92008. A missing grant is 48002, and `errmsg` names the grant.',
  '**Malformed requests** (missing, mistyped or too long fields, bad JSON, a wrong method, more than 8 MB) are 40058 with HTTP 200. An unknown path is HTTP 404 with an errcode in the body. Checks have this order: method, size, token, JSON, fields, grant, living, cursor.',
  '**Access tokens** live 7,200 s. gettoken returns the same token until 300 s are left. It serves every kind of app, third-party apps too, which may also use the official `service/*` calls.',
  '**System apps** work only in corps that were added with `--legacy`, after the rule of 2023-12-01. They see their own livings.',
  '**Automatic ends.** A living that was never started expires `ROLLCALL_END_GRACE` after its planned end. A living that was never ended ends `ROLLCALL_END_GRACE` after its planned end, or after start + duration if that is later.',
  '**Mirrored livings**, which `rollcall mirror` pulled, cannot be changed, started or ended here, and no presence can be reported for them: 92008.',
  '**There are no rate limits** (45009, 45033) and no trusted IPs (60020): configure them in the reverse proxy.',
]
