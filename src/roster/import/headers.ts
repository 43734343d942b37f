/**
 * What a column of a school's list holds. `no` tells the parents of a row apart: "1", "2" and so on, or the relation (妈妈) where the
 * headers name that.
 */
export type Column =
  | { readonly of: 'student'; readonly field: StudentField }
  | { readonly of: 'parent'; readonly field: ParentField; readonly no: string }
export type StudentField = 'userid' | 'number' | 'name' | 'campus' | 'stage' | 'grade' | 'class' | 'mobile' | 'subscribed' | 'contact'
export type ParentField = 'userid' | 'name' | 'mobile' | 'relation' | 'subscribed'

/** How a column of the student may be called, in Chinese and English, as `plainHeader` writes headers. */
const wordsByStudentField: Readonly<Record<StudentField, readonly string[]>> = {
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
  // the student's or a parent's mobile, depending on which other columns there are
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

/** How a column of a parent may be called, after the word for the parent: 家长1手机 is 手机. */
const wordsByParentField: Readonly<Record<ParentField, readonly string[]>> = {
  userid: ['账号', 'userid', 'id', 'account'],
  name: ['姓名', '名字', 'name', ''],
  mobile: ['手机', '手机号', '手机号码', '电话', '电话号码', '联系电话', 'mobile', 'phone', 'telephone', 'mobilenumber', 'phonenumber'],
  relation: ['关系', '称谓', '与学生关系', '与孩子关系', '身份', 'relation', 'relationship'],
  subscribed: ['关注', '是否关注', '已关注', '关注学校通知', 'subscribed', 'issubscribe', 'subscribe'],
}

/** Words for a parent that say the relation too. */
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

/** A header in lower case, without punctuation, spaces and remarks such as (必填). */
const plainHeader = (header: string) =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\((?:必填|选填|可选|required|optional)\)/g, '')
    .replaceAll(/[\s_\-*:.()'’]/g, '')

const fieldCalled = <Field extends string>(wordsByField: Readonly<Record<Field, readonly string[]>>, word: string) =>
  (Object.keys(wordsByField) as Field[]).find((field) => wordsByField[field].includes(word))

/** What the column with this header holds, such as 家长1手机, 家长一手机, 家长手机1, 母亲电话, parent1_mobile or Mother's phone. */
export function columnOf(header: string): Column | undefined {
  const word = plainHeader(header)
  const studentField = fieldCalled(wordsByStudentField, word)
  if (studentField) return { of: 'student', field: studentField }
  const parentWord = parentWords.find((each) => word.startsWith(each))
  if (!parentWord) return undefined
  const rest = word.slice(parentWord.length).replace(/^s(?=mobile|phone|telephone)/, '')
  const [, noBefore = '', fieldWord = '', noBehind = ''] = /^([0-9一二三四五六]?)(.*?)([0-9一二三四五六]?)$/.exec(rest) ?? []
  const field = fieldCalled(wordsByParentField, fieldWord)
  if (!field) return undefined
  const isRelative = (relatives as readonly string[]).includes(parentWord)
  return { of: 'parent', field, no: isRelative ? parentWord : digitOf(noBefore || noBehind) }
}

/** The Arabic digit of 一 to 六; "1" where there is none. */
const digitOf = (text: string) => {
  const index = '一二三四五六'.indexOf(text)
  return text === '' ? '1' : index >= 0 ? String(index + 1) : text
}
