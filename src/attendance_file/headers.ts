import { nfkc } from '../roster/nfkc.ts'

/** What a column of an attendance file can hold. `enter` and `leave` are moments, `duration` a length of time. */
export const fields = ['name', 'email', 'userid', 'number', 'mobile', 'class', 'enter', 'leave', 'duration', 'role'] as const
export type Field = (typeof fields)[number]

/** How Zoom, Teams, 腾讯会议 and others call a column, in Chinese and English, as `plainHeader` writes headers. */
const wordsByField: Readonly<Record<Field, readonly string[]>> = {
  name: [
    ...[
      'name',
      'fullname',
      'nameoriginalname',
      'displayname',
      'nickname',
      'participant',
      'participantname',
      'attendee',
      'username',
      'studentname',
    ],
    ...[
      '姓名',
      '名称',
      '名字',
      '昵称',
      '用户名',
      '用户昵称',
      '用户昵称入会昵称',
      '入会昵称',
      '参会者',
      '参会人',
      '参与者',
      '学生姓名',
      '学员姓名',
      '显示名称',
    ],
    ...['姓名原名', '名称原名', '名称原始名称', '姓名原始姓名', '姓名原始名称', '名字原名'],
  ],
  email: [
    'email',
    'useremail',
    'emailaddress',
    '邮箱',
    '邮件',
    '电子邮件',
    '电子邮箱',
    '用户邮箱',
    '用户邮件',
    '用户电子邮件',
    '电子邮件地址',
  ],
  userid: [
    'userid',
    'account',
    'upn',
    'participantidupn',
    '参与者idupn',
    '参会者idupn',
    '用户id',
    '账号',
    '用户账号',
    '成员账号',
    '员工userid',
    '学生账号',
  ],
  number: ['studentnumber', 'studentno', 'studentid', '学号', '学籍号', '学生学号'],
  mobile: ['mobile', 'phone', 'phonenumber', 'mobilenumber', '手机', '手机号', '手机号码', '电话', '联系电话'],
  class: ['class', 'classname', '班级', '班', '班级名称', '所在班级'],
  enter: [
    ...['jointime', 'entertime', 'joined', 'firstjoin', 'firstjointime'],
    ...['加入时间', '进入时间', '入会时间', '进会时间', '签到时间', '首次加入', '首次加入时间', '首次入会时间', '首次进入时间'],
  ],
  leave: [
    ...['leavetime', 'exittime', 'left', 'lastleave', 'lastleavetime'],
    ...['离开时间', '退出时间', '退会时间', '离会时间', '最后离开', '最后离开时间', '最后一次离开', '最后退会时间', '最后退出时间'],
  ],
  duration: [
    ...[
      'duration',
      'durationminutes',
      'durationseconds',
      'totalduration',
      'totaldurationminutes',
      'inmeetingduration',
      'timeinmeeting',
      'timeinsessionminutes',
    ],
    ...[
      '时长',
      '持续时间',
      '持续时间分钟',
      '时长分钟',
      '总持续时间分钟',
      '总时长分钟',
      '参会时长',
      '累计参会时长',
      '会议持续时间',
      '会议中持续时间',
      '会议时长',
      '观看时长',
    ],
  ],
  role: ['role', '角色', '身份'],
}

/** The words for a column of a first entry or last exit: such a table has one row a person, who may have been away in between. */
const summaryWords = /^(?:first|last|首次|最后)/

/** How a report calls what it says of the meeting itself. */
const wordsByFact = {
  topic: ['topic', 'meetingtitle', 'meetingtopic', '主题', '会议主题', '会议标题', '会议名称', '课程名称'],
  start: ['starttime', 'meetingstarttime', '开始时间', '会议开始时间', '实际开始时间'],
  end: ['endtime', 'meetingendtime', '结束时间', '会议结束时间', '实际结束时间'],
} as const
export type Fact = keyof typeof wordsByFact

/** A header in lower case, without punctuation, spaces and brackets: `Name (Original Name)` is `nameoriginalname`. */
export const plainHeader = (header: string) =>
  nfkc(header.slice(0, 60))
    .toLowerCase()
    .replaceAll(/[\s_\-*:.,()[\]/'’"“”]/g, '')

const fieldByWord = new Map(fields.flatMap((field) => wordsByField[field].map((word) => [word, field] as const)))
const factByWord = new Map((Object.keys(wordsByFact) as Fact[]).flatMap((fact) => wordsByFact[fact].map((word) => [word as string, fact])))

export const fieldOf = (header: string): Field | undefined => fieldByWord.get(plainHeader(header))
export const factOf = (header: string): Fact | undefined => factByWord.get(plainHeader(header))

/** Whether a column holds a first entry or a last exit. */
export const isSummaryHeader = (header: string) => summaryWords.test(plainHeader(header))

/** How many seconds the unit has that a header names, as `Duration (Minutes)` does; undefined where it names none. */
export function unitOf(header: string): number | undefined {
  if (/minute|分钟/i.test(header)) return 60
  return /second|秒/i.test(header) ? 1 : undefined
}

/** Which product wrote a file with such headers: the default name of the source. */
export function sourceOfHeaders(headers: readonly string[]): string {
  const plain = headers.map(plainHeader)
  if (plain.some((header) => header === 'inmeetingduration' || header.endsWith('idupn') || header === '会议中持续时间')) return 'teams'
  if (plain.includes('用户昵称入会昵称')) return 'tencent-meeting'
  if (plain.some((header) => /^(?:nameoriginalname|(?:姓名|名称|名字)原.*名称?)$/.test(header))) return 'zoom'
  return 'file'
}
