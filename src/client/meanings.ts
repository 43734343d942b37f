import { errcodes } from '../wire/errcode.ts'

/** `meaning` is the official text of an errcode (WeCom page 90313). `hint` says in English what to do about it. */
export type Meaning = { readonly meaning: string; readonly hint: string }

/** Errcodes that only the official host returns. Those that Rollcall returns too are in src/wire/errcode.ts. */
const officialOnly: Readonly<Record<number, readonly [meaning: string, hint: string]>> = {
  6000: ['数据版本冲突', 'somebody else changed the data meanwhile: read it again, then repeat the call'],
  40033: ['不合法的请求字符', 'send the text as UTF-8, without \\uxxxx escapes'],
  40035: ['不合法的参数', 'correct the field that the message names'],
  40056: ['不合法的agentid', 'check the agentid; it must be the app whose secret this is'],
  40063: ['参数为空', 'add the required field that is missing, or move it from the query into the body'],
  40091: ['secret不合法', 'use the secret of an app of this corp that may make this call'],
  40096: ['不合法的外部联系人userid', 'check the external_userid; it belongs to one corp'],
  41009: ['缺少userid', 'add the field userid'],
  41011: ['缺少agentid', 'add the field agentid'],
  43009: ['企业未验证主体', 'the school must be verified first'],
  43012: ['应用需配置回调url', 'give the app a callback URL in the admin console'],
  45009: ['接口调用超过限制', 'wait for the window to pass (a minute, an hour or a day), and call less often; wrong secrets count'],
  45029: ['回包大小超过上限', 'request fewer rows per call'],
  45033: ['接口并发调用超过限制', 'make fewer calls at the same time: lower the concurrency'],
  48004: ['授权关系无效', 'the school must authorize the app again'],
  48005: ['接口已废弃', 'WeCom has withdrawn this call: see its official page for the successor'],
  48006: ['接口权限被收回', "WeCom has revoked the app's permission for this call: ask WeCom"],
  50003: ['应用已禁用', 'an administrator must enable the app'],
  50006: ['系统应用已禁用', 'an administrator must enable the system app'],
  60011: ['指定的成员/部门/标签参数无权限', "add the person or department to the app's visible range"],
  60020: ['不安全的访问IP', "add the caller's address to the app's trusted IPs (企业可信IP) in the admin console; it takes about a minute"],
  60021: ['userid不在应用可见范围内', "add the person to the app's visible range"],
  60030: ['已超出应用可见范围', "add the person to the app's visible range"],
  60031: ['当前应用已禁止调用API', 'an administrator must let the app call the API'],
  65000: ['学校已经迁移', 'nothing to do: the school has already moved to the new contacts (家校通讯录)'],
  65002: ['导入家长信息数量过多', 'send fewer parents at once'],
  65003: ['学校尚未迁移', 'the school must move to the new contacts (家校通讯录) first'],
  65004: ['组织架构不存在', 'the school has no contacts yet'],
  65014: ['非学校企业', 'this corp is not registered as a school'],
  65022: ['家校通讯录无权限', 'give the app the school contacts in the admin console (家校沟通)'],
  65023: ['没有该学生或家长的权限', "add the student or parent to the app's visible range"],
  65024: ['家长关联的老师不在应用可见范围', "add the teacher to the app's visible range"],
  81013: ['UserID、部门ID、标签ID全部非法或无权限', 'check the userids, department ids and tag ids: the app can see none of them'],
  84061: ['不存在外部联系人的关系', 'the person is no external contact of this corp'],
  92000: ['成员不在应用可见范围之内', "add the person to the app's visible range"],
  92001: ['应用没有敏感信息权限', 'an administrator must grant the app access to sensitive fields'],
  92002: ['不允许跨企业调用', 'call with a token of the corp that owns the living'],
  92003: ['不允许跨应用调用', 'the living belongs to another app: call with the secret of the app that created it'],
  301007: ['企业不可用', 'the corp is closed or blocked: ask WeCom'],
  710000: ['非法的open_corpid', 'check the open_corpid'],
}

const meaningsByErrcode = new Map<number, Meaning>([
  ...Object.entries(officialOnly).map(([code, [meaning, hint]]) => [Number(code), { meaning, hint }] as const),
  ...Object.values(errcodes).map(({ errcode, meaning, hint }) => [errcode, { meaning, hint }] as const),
])

/** Returns the meaning and hint of an errcode; both are empty if the errcode is unknown. */
export const meaningOf = (errcode: number): Meaning => meaningsByErrcode.get(errcode) ?? { meaning: '', hint: '' }
