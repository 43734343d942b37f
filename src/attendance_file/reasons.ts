/** Why a row of an attendance file cannot be taken, for the person who has the file open. */
const texts = {
  no_identity: ['没有姓名、账号、学号或手机', 'expected a name, an account, a student number or a mobile, got none'],
  no_time: ['没有进入时间，也没有时长', 'expected a time of entry or a duration, got neither'],
  bad_moment: [
    '应是日期和时间，例如 2026/11/26 18:00:00，现在是 {got}',
    'expected a date and a time, such as 2026/11/26 18:00:00, got {got}',
  ],
  bad_duration: [
    '应是时长，例如 1h 2m 3s 或 1:02:03；只写数字时，表头要写明单位（分钟）。现在是 {got}',
    'expected a duration, such as 1h 2m 3s or 1:02:03, or a number under a header that names its unit (minutes); got {got}',
  ],
  leaves_first: ['离开时间早于进入时间：{got}', 'expected a time after the entry, got {got}'],
  in_future: ['时间还没有到：{got}', 'expected a time that has passed, got {got}'],
} as const satisfies Record<string, readonly [zh: string, en: string]>

/** A fault in a row. `sheet` is counted from 0; `got` is what the cell holds. */
export type BadRow = {
  readonly sheet: number
  readonly line: number
  readonly column: string
  readonly reason: keyof typeof texts
  readonly got: string
}

/** The reason as a sentence. */
export const reasonText = ({ reason, got }: BadRow, lang: 'zh' | 'en'): string =>
  texts[reason][lang === 'zh' ? 0 : 1].replace('{got}', () => JSON.stringify(got.length > 40 ? `${got.slice(0, 40)}…` : got))
