/**
 * Every error that a call can answer: a stable name, WeCom's number, its meaning, the beginning of WeCom's `errmsg`, and what a person can
 * do about it. Numbers and meanings follow the official table (WeCom page 90313).
 */
const list = {
  busy: [-1, '系统繁忙', 'system busy', 'a fault of the server: try again later, three times at most'],
  bad_secret: [40001, '不合法的secret参数', 'invalid credential', 'check corpid and secret; the app may be disabled or its secret rotated'],
  bad_userid: [40003, '无效的UserID', 'invalid userid', '1-64 of letters, digits and _-@. , the first a letter or digit'],
  bad_corpid: [40013, '不合法的CorpID', 'invalid corpid', 'check the corpid'],
  bad_token: [40014, '不合法的access_token', 'invalid access_token', 'fetch a new token with gettoken'],
  bad_request: [40058, '不合法的参数', 'invalid Request Parameter', 'the message names the field and what was expected'],
  bad_auth_code: [
    40078,
    '不合法的auth_code参数',
    'invalid auth_code',
    'a code is good once, for 10 minutes: let the school authorize again',
  ],
  bad_suite_secret: [40080, '不合法的suite_secret', 'invalid suite_secret', 'check suite_id and suite_secret'],
  bad_suite_token: [40082, '不合法的suite_token', 'invalid suite_access_token', 'fetch a new one with get_suite_token'],
  bad_suite_id: [40083, '不合法的suite_id', 'invalid suite_id', 'check the suite_id'],
  bad_permanent_code: [
    40084,
    '不合法的permanent_code参数',
    'invalid permanent_code',
    'a permanent code is good for the suite and the school it was given for; the school may have authorized again',
  ],
  bad_suite_ticket: [40085, '不合法的suite_ticket参数', 'invalid suite_ticket', 'a ticket is good for 30 minutes: take the newest'],
  token_missing: [
    41001,
    '缺少access_token参数',
    'access_token missing',
    'put access_token into the query; gettoken may have failed before',
  ],
  corpid_missing: [41002, '缺少corpid参数', 'corpid missing', 'put corpid into the query'],
  secret_missing: [41004, '缺少secret参数', 'corpsecret missing', 'put corpsecret into the query'],
  auth_code_missing: [41008, '缺少auth code参数', 'auth_code missing', 'put auth_code into the body'],
  suite_id_missing: [41021, '缺少suite_id参数', 'suite_id missing', 'put suite_id into the body'],
  suite_token_missing: [
    41022,
    '缺少suite_access_token参数',
    'suite_access_token missing',
    'put suite_access_token into the query; get_suite_token may have failed before',
  ],
  suite_ticket_missing: [41023, '缺少suite_ticket参数', 'suite_ticket missing', 'put suite_ticket into the body'],
  suite_secret_missing: [41024, '缺少secret参数', 'suite_secret missing', 'put suite_secret into the body'],
  permanent_code_missing: [41025, '缺少permanent_code参数', 'permanent code missing', 'put permanent_code into the body'],
  token_expired: [42001, 'access_token已过期', 'access_token expired', 'fetch a new token with gettoken'],
  suite_token_expired: [42009, 'suite_access_token已过期', 'suite_access_token expired', 'fetch a new one with get_suite_token'],
  no_permission: [48002, 'API接口无权限调用', 'api forbidden', 'an administrator must give the app the grant that is named'],
  bad_cursor: [50100, '分页查询的游标无效', 'invalid cursor', 'start again from "0"; a cursor belongs to one living and one list'],
  no_department: [60003, '部门不存在', 'department not found', 'list the departments first'],
  no_parent_department: [60004, '父部门不存在', 'parent department not found', 'create the parent first'],
  department_has_members: [60005, '部门下存在成员', 'department contains user', 'move or delete its students first'],
  department_has_children: [60006, '部门下存在子部门', 'department contains sub-department', 'delete the departments below it first'],
  root_department: [60007, '根部门不可以删除', 'root department', 'the root stays what and where it is'],
  department_exists: [60008, '部门已存在', 'department existed', 'choose another id'],
  bad_department_name: [
    60009,
    '部门名称含有非法字符',
    'department name contains illegal characters',
    '1-32 characters without -\\:*?"<>/ and ，',
  ],
  department_cycle: [60010, '部门存在循环关系', 'department relation is a cycle', 'a department cannot stand below itself'],
  userid_exists: [60102, 'UserID已存在', 'userid existed', 'userids are unique in a school and compare without case'],
  bad_mobile: [60103, '手机号码不合法', 'invalid mobile', '5-20 digits, a leading + allowed'],
  too_many_departments: [60110, '用户所属部门数超过限制', 'user belongs to too many departments', '20 classes at most'],
  no_user: [60111, 'UserID不存在', 'userid not found', 'create the person first'],
  bad_department: [60123, '无效的部门id', 'invalid party id', 'the department must exist and be a class'],
  parent_mobile_exists: [60137, '家长手机号码重复', 'parent mobile existed', 'each parent has a mobile of their own'],
  student_mobile_exists: [60149, '学生手机号码已存在', 'student mobile existed', 'each student has a mobile of their own'],
  bad_subscribe_mode: [65001, '无效的关注模式', 'invalid subscribe mode', '1 by scanning and filling in, 2 forbidden'],
  bad_sync_mode: [65005, '无效的同步模式', 'invalid arch sync mode', '1 no tags to contacts, 2 no contacts to tags, 3 neither'],
  bad_admin_type: [65006, '无效的管理员类型', 'invalid department admin type', '1 campus, 2 grade, 3 and 4 class, 5 stage'],
  bad_department_type: [65007, '无效的家校部门类型', 'invalid department type', '1 class, 2 grade, 3 stage, 4 campus'],
  bad_register_year: [65008, '无效的入学年份', 'invalid register year', '1970-2100, grades only'],
  bad_standard_grade: [65009, '无效的标准年级类型', 'invalid standard grade', '1-5, 31-39, 61-64, 91-94, 121-132, grades only'],
  not_a_student: [65010, '此userid并不是学生', 'userid is not a student', 'name a student'],
  too_many_parents: [65011, '家长userid数量超过限制', 'too many parent userids', 'send at most 100 parents a call'],
  too_many_students: [65012, '学生userid数量超过限制', 'too many student userids', 'send at most 100 students a call'],
  student_has_parents: [65013, '学生已有家长', 'student has parents', 'delete the parents first, or take the child from theirs'],
  wrong_parent_type: [
    65015,
    '父部门类型不匹配',
    'parent department type mismatch',
    'a class stands under a grade; a grade under the root, a campus or a stage',
  ],
  parents_full: [
    65018,
    '家长人数达到上限',
    'too many parents in this school',
    'on WeCom a school has at most 2,000 parents, or 20,000 once it is verified; on Rollcall --parent-capacity sets the limit',
  ],
  living_over: [
    92006,
    '该直播已经开始或取消',
    'living has started, ended or been cancelled',
    'the living is not in a state that allows this',
  ],
  no_replay: [92007, '该直播回放不能被删除', 'living replay cannot be deleted', 'the living has no replay'],
  not_your_living: [
    92008,
    '当前应用没权限操作这个直播',
    'no permission to operate this living',
    'only the app that created a living may read it',
  ],
  another_agent: [
    301002,
    '无权限操作指定的应用',
    'not allow operate another agent with this accesstoken.',
    'name the app whose token this is',
  ],
} as const satisfies Record<string, readonly [number, string, string, string]>

export type ErrorName = keyof typeof list
export type Errcode = { name: ErrorName; errcode: number; meaning: string; errmsg: string; hint: string }

export const errcodes: Readonly<Record<ErrorName, Errcode>> = Object.fromEntries(
  Object.entries(list).map(([name, [errcode, meaning, errmsg, hint]]) => [name, { name, errcode, meaning, errmsg, hint }]),
) as Record<ErrorName, Errcode>

/** The error that a rule throws. `detail` says what was expected and what came. `http/envelope.ts` turns it into an answer. */
export class WireError extends Error {
  readonly errcode: number
  readonly kind: ErrorName
  constructor(kind: ErrorName, detail?: string) {
    super(detail ? `${detail}. ${errcodes[kind].errmsg}` : errcodes[kind].errmsg)
    this.name = 'WireError'
    this.kind = kind
    this.errcode = errcodes[kind].errcode
  }
}
