import type { Asked } from './ask.ts'

/** The answer in a sentence, for the last line. */
export function missingSentence({ register: { lesson }, missing, lang }: Asked): string {
  const { counts } = lesson
  const count = missingCount({ register: { lesson }, missing })
  const which = lesson.theme ? `${lesson.theme} (${lesson.livingid})` : lesson.livingid
  if (lang === 'zh') {
    const expected = counts ? `应到 ${counts.expected} 人，` : ''
    const families = counts ? `；${counts.households_missing} 户家庭无人观看` : `：学生 ${missing.student} 人，家长 ${missing.parent} 人`
    return count === 0 ? `${which}：${expected}没有人缺课。` : `${which}：${expected}${count} 人未观看${families}。`
  }
  if (count === 0) return counts?.expected === 0 ? `Nobody was expected at ${which}.` : `Nobody who was expected is missing from ${which}.`
  const verb = count === 1 ? 'has' : 'have'
  return counts
    ? `${count} of ${counts.expected} expected ${verb} not watched ${which}; in ${counts.households_missing} of ${counts.households} households nobody has.`
    : `${count} ${verb} not watched ${which}: ${missing.student} students and ${missing.parent} parents.`
}

export const missingCount = ({ register, missing }: { register: Pick<Asked['register'], 'lesson'>; missing: Asked['missing'] }) =>
  register.lesson.counts?.missing ?? missing.student + missing.parent
