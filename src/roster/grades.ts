/**
 * Names of the standard grades by their number on the wire, WeCom page 92344: kindergarten 1-5, primary school 31-39, junior high
 * school 61-64, senior high school 91-94. Grades 121-132 belong to a custom stage and have no standard name.
 */
const nameByGrade: Record<number, string> = {
  ...numbered(1, ['托班', '小班', '中班', '大班', '学前班']),
  ...numbered(31, ['一年级', '二年级', '三年级', '四年级', '五年级', '六年级', '七年级', '八年级', '九年级']),
  ...numbered(61, ['初一', '初二', '初三', '初四']),
  ...numbered(91, ['高一', '高二', '高三', '高四']),
}

function numbered(first: number, names: readonly string[]) {
  return Object.fromEntries(names.map((name, index) => [first + index, name]))
}

/** Whether WeCom knows a standard grade of this number. */
export const isStandardGrade = (grade: number) => grade in nameByGrade || (grade >= 121 && grade <= 132)

/** The Chinese name of a standard grade; undefined for the grades of a custom stage, which the school names itself. */
export const gradeName = (grade: number): string | undefined => nameByGrade[grade]

/** The calendar year in whose September today's students of this standard grade started the stage. `now` is in Unix seconds. */
export function registerYear(grade: number, now: number): number {
  const today = new Date(now * 1000)
  const schoolYear = today.getUTCMonth() >= 8 ? today.getUTCFullYear() : today.getUTCFullYear() - 1
  const firstOfStage = [121, 91, 61, 31, 1].find((start) => grade >= start) ?? grade
  return schoolYear - (grade - firstOfStage)
}

/** The number of the standard grade with this Chinese name; undefined where no standard grade is called so. */
export function gradeNamed(name: string): number | undefined {
  const found = Object.keys(nameByGrade).find((grade) => nameByGrade[Number(grade)] === name)
  return found === undefined ? undefined : Number(found)
}
