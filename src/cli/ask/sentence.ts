import type { Words } from './words.ts'
import type { WrittenRegister } from './write_register.ts'

/** Texts by living status, for the statuses of livings that did not take place (WeCom page 93635). */
const notHeldWords: Readonly<Record<number, Words>> = {
  3: { en: 'was not held and has expired', zh: '未上课，已过期' },
  4: { en: 'was cancelled', zh: '已取消' },
}

/** Returns one sentence that says how many viewers are missing, in the language of the register. Commands print it last. */
export function missingSentence({ register: { living }, missing, lang }: WrittenRegister): string {
  const { counts } = living
  const count = missingCount({ register: { living }, missing })
  const title = living.theme ? `${living.theme} (${living.livingid})` : living.livingid
  const notHeld = notHeldWords[living.status ?? 0]
  if (notHeld) return lang === 'zh' ? `${title}：${notHeld.zh}，没有人缺课。` : `${title} ${notHeld.en}: nobody missed it.`
  if (lang === 'zh') {
    const expected = counts ? `应到 ${counts.expected} 人，` : ''
    const households = counts ? `；${counts.households_missing} 户家庭无人观看` : `：学生 ${missing.student} 人，家长 ${missing.parent} 人`
    return count === 0 ? `${title}：${expected}没有人缺课。` : `${title}：${expected}${count} 人未观看${households}。`
  }
  if (count === 0) return counts?.expected === 0 ? `Nobody was expected at ${title}.` : `Nobody who was expected is missing from ${title}.`
  const verb = count === 1 ? 'has' : 'have'
  return counts
    ? `${count} of ${counts.expected} expected ${verb} not watched ${title}; in ${counts.households_missing} of ${counts.households} households nobody has.`
    : `${count} ${verb} not watched ${title}: ${missing.student} students and ${missing.parent} parents.`
}

/** Returns how many viewers are missing: the server's own count if there is one, otherwise the count of the lines that were read. */
export const missingCount = ({
  register,
  missing,
}: {
  register: Pick<WrittenRegister['register'], 'living'>
  missing: WrittenRegister['missing']
}) => register.living.counts?.missing ?? missing.student + missing.parent
