/** Why a row cannot be imported, for the person who has the file open. Placeholders such as `{got}` are replaced by `BadRow.values`. */
const texts = {
  no_name: ['没有姓名', 'expected a name, got none'],
  long_name: ['姓名最多 32 个字', 'expected a name of at most 32 characters'],
  bad_userid: [
    '账号要用 1-64 个字母、数字和 _-@.，以字母或数字开头，现在是 {got}',
    'expected 1-64 of letters, digits and _-@. , the first a letter or digit, got {got}',
  ],
  rounded: [
    '表格软件只保留了长数字的前 15 位：请把这一列设为文本再填一次',
    'the spreadsheet kept 15 digits of a longer number: make the column text and type it again',
  ],
  no_identity: ['没有学号，也没有家长手机，认不出是谁', "expected a student number, or a parent's mobile to know the pupil by"],
  same_name: [
    '第 {line} 行是同班同名的学生：请给两人都填学号',
    'line {line} is a pupil of this name in this class too: give both a student number',
  ],
  two_names: ['第 {line} 行的同一学号是另一个姓名', 'line {line} gives this student number another name'],
  two_mobiles: ['第 {line} 行给这个人写了另一个手机', 'line {line} gives this person another mobile'],
  two_userids: ['第 {line} 行的同一手机是另一个账号', 'line {line} gives this mobile another userid'],
  same_student: ['与第 {line} 行是同一名学生', 'this is the pupil of line {line}'],
  bad_mobile: ['手机应是 5-20 位数字，现在是 {got}', 'expected 5-20 digits, got {got}'],
  no_mobile: ['没有家长手机', "expected the parent's mobile, got none"],
  student_mobile: ['另一名学生（{other}）用了这个手机', 'another pupil ({other}) has this mobile'],
  parent_mobile: ['另一位家长（{other}）用了这个手机', 'another parent ({other}) has this mobile'],
  is_parent: ['{got} 是一位家长的账号', '{got} is the userid of a parent'],
  is_student: ['{got} 是一名学生的账号', '{got} is the userid of a pupil'],
  bad_subscribed: ['关注应填 是 或 否，现在是 {got}', 'expected yes or no, got {got}'],
  long_relation: ['关系最多 32 个字节（10 个汉字）', 'expected at most 32 bytes'],
  no_class: ['没有班级', 'expected a class, got none'],
  which_grade: [
    '看不出 {got} 在哪个年级：请填年级，或写成 年级/班级',
    'the grade of {got} is not to be seen: give the grade, or write grade/class',
  ],
  bad_class: [
    '名称 {got} 不行：1-32 个字，不含 - \\ : * ? " < > / ，',
    'expected names of 1-32 characters without - \\ : * ? " < > / ， , got {got}',
  ],
  too_many_classes: ['一名学生最多在 20 个班级', 'expected at most 20 classes for a pupil'],
  too_many_parents: ['一名学生最多有 20 位家长', 'expected at most 20 parents for a pupil'],
  unknown_user: ['没有这个用户：{got}', 'no such user: {got}'],
  ambiguous: ['名册上有几名同名同家长的学生：请填学号', 'the roster has several pupils of this name and parent: give a student number'],
} as const satisfies Record<string, readonly [zh: string, en: string]>

export type Reason = keyof typeof texts
export type Values = Readonly<Record<string, string | number>>

/** A fault in a row, because of which the row's student is not imported. `file`: where the file is an archive of several. */
export type BadRow = {
  readonly file?: string
  readonly line: number
  readonly column: string
  readonly reason: Reason
  readonly values: Values
}

/** The reason as a sentence. */
export function reasonText({ reason, values }: BadRow, lang: 'zh' | 'en'): string {
  return texts[reason][lang === 'zh' ? 0 : 1].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** A value in quotes, cut after 40 characters: enough to find the value in the file. */
export const quoted = (value: string) => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
