/** Standard grades, page 92344: kindergarten 1-5, primary 31-39, junior 61-64, senior 91-94, a custom stage 121-132. */
const names: Record<number, string> = {
  ...named(1, ['托班', '小班', '中班', '大班', '学前班']),
  ...named(31, ['一年级', '二年级', '三年级', '四年级', '五年级', '六年级', '七年级', '八年级', '九年级']),
  ...named(61, ['初一', '初二', '初三', '初四']),
  ...named(91, ['高一', '高二', '高三', '高四']),
}

function named(first: number, list: readonly string[]) {
  return Object.fromEntries(list.map((name, index) => [first + index, name]))
}

export const isStandardGrade = (grade: number) => grade in names || (grade >= 121 && grade <= 132)

/** Nothing for a custom stage, whose grades are named by the school. */
export const gradeName = (grade: number): string | undefined => names[grade]

/** The year whose September this grade's pupils of today started in. */
export function registerYear(grade: number, now: number): number {
  const today = new Date(now * 1000)
  const schoolYear = today.getUTCMonth() >= 8 ? today.getUTCFullYear() : today.getUTCFullYear() - 1
  const first = [121, 91, 61, 31, 1].find((start) => grade >= start) ?? grade
  return schoolYear - (grade - first)
}

/** The standard grade of that name. */
export function gradeNamed(name: string): number | undefined {
  const found = Object.keys(names).find((grade) => names[Number(grade)] === name)
  return found === undefined ? undefined : Number(found)
}
