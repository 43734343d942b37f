/** Names as they stand in a class book, with the pinyin their ids are made of. */
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

const given = [
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

/** The same row of numbers in [0, 1) every time (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type NamedPupil = { student_userid: string; name: string; mother: boolean; father: boolean; grandmother: boolean }

/** So many pupils, no two of one name. */
export function namedPupils(count: number, chance: () => number): NamedPupil[] {
  const found = new Map<string, NamedPupil>()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  while (found.size < count) {
    const [surname, first] = [pick(surnames), pick(given)]
    const mother = chance() < 0.9
    const pupil = {
      student_userid: `${surname[1]}.${first[1]}`,
      name: surname[0] + first[0],
      mother,
      father: chance() < 0.72 || !mother,
      grandmother: chance() < 0.08,
    }
    if (!found.has(pupil.student_userid)) found.set(pupil.student_userid, pupil)
  }
  return [...found.values()]
}
