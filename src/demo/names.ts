/** Surnames, each with its pinyin, of which userids are made. */
const surnames = [
  ['陈', 'chen'],
  ['李', 'li'],
  ['王', 'wang'],
  ['张', 'zhang'],
  ['刘', 'liu'],
  ['杨', 'yang'],
  ['赵', 'zhao'],
  ['黄', 'huang'],
  ['周', 'zhou'],
  ['吴', 'wu'],
  ['徐', 'xu'],
  ['孙', 'sun'],
  ['胡', 'hu'],
  ['朱', 'zhu'],
  ['高', 'gao'],
  ['林', 'lin'],
  ['何', 'he'],
  ['郭', 'guo'],
  ['马', 'ma'],
  ['罗', 'luo'],
  ['梁', 'liang'],
  ['宋', 'song'],
  ['郑', 'zheng'],
  ['谢', 'xie'],
  ['欧阳', 'ouyang'],
] as const

/** Given names, each with its pinyin. */
const givenNames = [
  ['雨桐', 'yutong'],
  ['子涵', 'zihan'],
  ['浩然', 'haoran'],
  ['欣怡', 'xinyi'],
  ['宇轩', 'yuxuan'],
  ['诗涵', 'shihan'],
  ['梓萱', 'zixuan'],
  ['一诺', 'yinuo'],
  ['俊杰', 'junjie'],
  ['思远', 'siyuan'],
  ['佳怡', 'jiayi'],
  ['博文', 'bowen'],
  ['可欣', 'kexin'],
  ['天佑', 'tianyou'],
  ['梦琪', 'mengqi'],
  ['沐辰', 'muchen'],
  ['若曦', 'ruoxi'],
  ['明哲', 'mingzhe'],
  ['晨曦', 'chenxi'],
  ['语嫣', 'yuyan'],
  ['睿', 'rui'],
  ['静', 'jing'],
  ['安琪', 'anqi'],
  ['泽宇', 'zeyu'],
  ['书瑶', 'shuyao'],
  ['嘉禾', 'jiahe'],
  ['知行', 'zhixing'],
  ['念慈', 'nianci'],
] as const

/** Returns a generator of pseudo-random numbers in [0, 1). The same seed gives the same numbers (algorithm: mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A student, and which parents the student has. */
export type NamedStudent = { student_userid: string; name: string; hasMother: boolean; hasFather: boolean; hasGrandmother: boolean }

/** Returns `count` students with different names. `random` gives numbers in [0, 1). */
export function namedStudents(count: number, random: () => number): NamedStudent[] {
  const studentsByUserid = new Map<string, NamedStudent>()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  while (studentsByUserid.size < count) {
    const [surname, givenName] = [pick(surnames), pick(givenNames)]
    const hasMother = random() < 0.9
    const student = {
      student_userid: `${surname[1]}.${givenName[1]}`,
      name: surname[0] + givenName[0],
      hasMother,
      hasFather: random() < 0.72 || !hasMother,
      hasGrandmother: random() < 0.08,
    }
    if (!studentsByUserid.has(student.student_userid)) studentsByUserid.set(student.student_userid, student)
  }
  return [...studentsByUserid.values()]
}
