/** The languages of the commands' tables and sentences. */
export type Lang = 'en' | 'zh'
/** A text in each language. */
export type Words = Readonly<Record<Lang, string>>

/** Returns the language that `--lang` names, otherwise that of the locale in the environment: Chinese, or English for any other locale. */
export function langOf(flag: string | undefined, environment: NodeJS.ProcessEnv): Lang {
  const locale = flag ?? environment.LC_ALL ?? environment.LC_MESSAGES ?? environment.LANG ?? ''
  return locale.startsWith('zh') ? 'zh' : 'en'
}

/** Texts for `kind` of a line. */
export const kindWords: Readonly<Record<string, Words>> = {
  student: { en: 'student', zh: '学生' },
  parent: { en: 'parent', zh: '家长' },
  visitor: { en: 'visitor', zh: '访客' },
}

/** Texts for `reason` of a line. The Chinese ones are those of the console, which a test compares. */
export const reasonWords: Readonly<Record<string, Words>> = {
  watched: { en: 'watched', zh: '已看' },
  never_came: { en: 'never came', zh: '没有来' },
  left_before_start: { en: 'left before start', zh: '开始前已离开' },
  too_short: { en: 'too short', zh: '时长不足' },
  replay_only: { en: 'replay only', zh: '只看回放' },
  not_subscribed: { en: 'does not follow', zh: '未关注学校通知' },
  excused: { en: 'excused', zh: '请假' },
  joined_after: { en: 'joined after', zh: '课后加入' },
  left: { en: 'left the class', zh: '已离开班级' },
  outsider: { en: 'not in range', zh: '不在范围内' },
  visitor: { en: 'visitor', zh: '访客' },
  not_yet: { en: 'not in class yet', zh: '当时还不在班里' },
  not_held: { en: 'not held', zh: '未上课' },
}

/** Texts for `status` of a living, which is 0 to 4 (WeCom page 93635). */
export const statusWords: readonly Words[] = [
  { en: 'reserved', zh: '预约中' },
  { en: 'live', zh: '直播中' },
  { en: 'ended', zh: '已结束' },
  { en: 'expired', zh: '已过期' },
  { en: 'cancelled', zh: '已取消' },
]

/** Returns the text in one language, or `otherwise` if there are no words. */
export const translate = (words: Words | undefined, lang: Lang, otherwise = '') => words?.[lang] ?? otherwise
