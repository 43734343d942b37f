/** What a column of a school's list is, by what stands above it; Chinese and English, as people write it. */
export type Column =
  | { readonly of: 'pupil'; readonly field: PupilField }
  | { readonly of: 'parent'; readonly field: ParentField; readonly no: string }
type PupilField = 'userid' | 'number' | 'name' | 'campus' | 'stage' | 'grade' | 'class' | 'mobile' | 'subscribed' | 'contact'
type ParentField = 'userid' | 'name' | 'mobile' | 'relation' | 'subscribed'

const pupils: Readonly<Record<PupilField, readonly string[]>> = {
  userid: ['学生账号', '学生userid', '学生id', '账号', 'studentuserid', 'userid', 'studentaccount', 'account'],
  number: ['学号', '学籍号', '全国学籍号', '学生学号', '学生编号', 'studentnumber', 'studentno', 'studentid', 'number', 'id'],
  name: ['姓名', '学生姓名', '学生', 'name', 'studentname', 'student', 'pupil', 'pupilname', 'fullname'],
  campus: ['校区', 'campus'],
  stage: ['学段', '学部', 'stage'],
  grade: ['年级', '所在年级', 'grade', 'year', 'yeargroup'],
  class: ['班级', '班', '班级名称', '所在班级', '行政班', '部门', 'class', 'classname', 'classes', 'homeroom', 'department'],
  mobile: ['学生手机', '学生手机号', '学生手机号码', '学生电话', 'studentmobile', 'studentphone'],
  subscribed: [
    '关注',
    '是否关注',
    '已关注',
    '学生关注',
    '学生是否关注',
    '关注学校通知',
    'subscribed',
    'issubscribe',
    'subscribe',
    'studentsubscribed',
  ],
  // whose it is depends on what else there is
  contact: [
    '手机',
    '手机号',
    '手机号码',
    '电话',
    '联系电话',
    '家庭电话',
    '联系方式',
    '联系人手机',
    'mobile',
    'phone',
    'telephone',
    'contact',
  ],
}

const parents: Readonly<Record<ParentField, readonly string[]>> = {
  userid: ['账号', 'userid', 'id', 'account'],
  name: ['姓名', '名字', 'name', ''],
  mobile: ['手机', '手机号', '手机号码', '电话', '电话号码', '联系电话', 'mobile', 'phone', 'telephone', 'mobilenumber', 'phonenumber'],
  relation: ['关系', '称谓', '与学生关系', '与孩子关系', '身份', 'relation', 'relationship'],
  subscribed: ['关注', '是否关注', '已关注', '关注学校通知', 'subscribed', 'issubscribe', 'subscribe'],
}

/** Whose name alone says the relation. */
export const relatives = [
  '爸爸',
  '妈妈',
  '父亲',
  '母亲',
  '爷爷',
  '奶奶',
  '外公',
  '外婆',
  '姥爷',
  '姥姥',
  'father',
  'mother',
  'guardian',
] as const
const parentWords = ['家长', '监护人', 'parent', ...relatives]

const bare = (header: string) =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\((?:必填|选填|可选|required|optional)\)/g, '')
    .replaceAll(/[\s_\-*:.()'’]/g, '')

const named = <Field extends string>(table: Readonly<Record<Field, readonly string[]>>, word: string) =>
  (Object.keys(table) as Field[]).find((field) => table[field].includes(word))

/** 家长1手机, 家长一手机, 家长手机1, 母亲电话, parent1_mobile, Mother's phone. */
export function columnOf(header: string): Column | undefined {
  const word = bare(header)
  const field = named(pupils, word)
  if (field) return { of: 'pupil', field }
  const who = parentWords.find((each) => word.startsWith(each))
  if (!who) return undefined
  const rest = word.slice(who.length).replace(/^s(?=mobile|phone|telephone)/, '')
  const [, before = '', middle = '', behind = ''] = /^([0-9一二三四五六]?)(.*?)([0-9一二三四五六]?)$/.exec(rest) ?? []
  const of = named(parents, middle)
  if (!of) return undefined
  const relative = (relatives as readonly string[]).includes(who) ? who : ''
  return { of: 'parent', field: of, no: relative || digit(before || behind) }
}

const digit = (text: string) => {
  const at = '一二三四五六'.indexOf(text)
  return text === '' ? '1' : at >= 0 ? String(at + 1) : text
}
