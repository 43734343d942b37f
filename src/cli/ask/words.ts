/** What a person reads, in the two languages of the people who ask. */
export type Lang = 'en' | 'zh'
export type Words = Readonly<Record<Lang, string>>

export function langOf(flag: string | undefined, environment: NodeJS.ProcessEnv): Lang {
  const named = flag ?? environment.LC_ALL ?? environment.LC_MESSAGES ?? environment.LANG ?? ''
  return named.startsWith('zh') ? 'zh' : 'en'
}

export const kindWords: Readonly<Record<string, Words>> = {
  student: { en: 'student', zh: '学生' },
  parent: { en: 'parent', zh: '家长' },
  visitor: { en: 'visitor', zh: '访客' },
}

export const reasonWords: Readonly<Record<string, Words>> = {
  watched: { en: 'watched', zh: '已观看' },
  never_came: { en: 'never came', zh: '未观看' },
  too_short: { en: 'too short', zh: '时长不足' },
  replay_only: { en: 'replay only', zh: '仅看回放' },
  not_subscribed: { en: 'does not follow', zh: '未关注学校通知' },
  excused: { en: 'excused', zh: '请假' },
  joined_after: { en: 'joined after', zh: '课后入班' },
  left: { en: 'left the class', zh: '已离班' },
  outsider: { en: 'not in range', zh: '非本课范围' },
  visitor: { en: 'visitor', zh: '访客' },
}

/** 0-4 as page 93635 counts them. */
export const statusWords: readonly Words[] = [
  { en: 'reserved', zh: '预约中' },
  { en: 'live', zh: '直播中' },
  { en: 'ended', zh: '已结束' },
  { en: 'expired', zh: '已过期' },
  { en: 'cancelled', zh: '已取消' },
]

export const say = (words: Words | undefined, lang: Lang, otherwise = '') => words?.[lang] ?? otherwise
