import type { Sheet } from '../../sheets/sheet.ts'

/** Headers of the template in Chinese and English. headers.ts recognises each of them. */
const headers = [
  ['学号', 'student number'],
  ['姓名', 'name'],
  ['年级', 'grade'],
  ['班级', 'class'],
  ['关注', 'subscribed'],
  ['家长1手机', 'parent1 mobile'],
  ['家长1关系', 'parent1 relation'],
  ['家长1关注', 'parent1 subscribed'],
  ['家长2手机', 'parent2 mobile'],
  ['家长2关系', 'parent2 relation'],
  ['家长2关注', 'parent2 subscribed'],
] as const

const examples = {
  zh: [
    ['20260101', '张小三', '三年级', '1班', '是', '13900000001', '妈妈', '是', '13900000002', '爸爸', '否'],
    ['20260102', '李小四', '三年级', '2班', '', '13900000003', '奶奶', '', '', '', ''],
  ],
  en: [
    ['20260101', 'Zhang San', 'Grade 3', 'Class 1', 'yes', '13900000001', 'mother', 'yes', '13900000002', 'father', 'no'],
    ['20260102', 'Li Si', 'Grade 3', 'Class 2', '', '13900000003', 'grandmother', '', '', '', ''],
  ],
} as const

/** An empty roster to fill in, with two rows as examples. */
export const templateSheet = (lang: 'zh' | 'en'): Sheet => ({
  name: lang === 'zh' ? '名册' : 'roster',
  columns: headers.map(([zh, en]) => ({ header: lang === 'zh' ? zh : en, width: 16 })),
  rows: examples[lang],
})
