import type { Living } from '../../living/store.ts'
import type { Db } from '../../store/db.ts'
import { sql } from '../../store/sql.ts'
import { blockOf, blockSize, bytesOf, type Cut, type Line, printed, together } from './run.ts'

export type Blocks = ReturnType<typeof keptBlocks>

/** A block that a register has, and the lines of it that are kept: a part of a print, which it may share with its neighbours. */
type Place = { readonly no: number; version: number; cut: Cut | undefined }
type Register = { readonly key: string; version: number; places: readonly Place[] }

/**
 * The missing of registers, as one process remembers them, and can forget at any time. Every call reads the register's version with the
 * living; where it has moved, the blocks that moved since are asked for, and those alone are read again. So what another process
 * acknowledged is never missed, and a tick costs the next page one block of the register.
 */
export function keptBlocks(mostBytes = 128 * 2 ** 20) {
  const registers = new Map<string, Register>()
  let bytes = 0
  const forget = (place: Place) => {
    bytes -= place.cut ? bytesOf(place.cut) : 0
    place.cut = undefined
  }
  /** The oldest registers go first; one alone that is too large begins anew. */
  const bound = () => {
    for (const { key, places } of registers.values()) {
      if (bytes <= mostBytes) break
      places.forEach(forget)
      if (registers.size > 1) registers.delete(key)
    }
  }

  /** The blocks of a register, in order, each as new as the living that the call has read. */
  async function registerOf(db: Db, living: Living): Promise<Register> {
    const key = `${living.corp_no}/${living.living_no}`
    const register: Register = registers.get(key) ?? { key, version: -1, places: [] }
    registers.delete(key)
    registers.set(key, register)
    if (register.version >= living.version) return register
    const moved = await movedSince(db, living, register.version)
    const places = new Map(moved.length ? register.places.map((place) => [place.no, place]) : [])
    // versions are seen in their order: who has seen one has seen those before it
    let newest = Math.max(register.version, living.version)
    for (const [no, version] of moved) {
      newest = Math.max(newest, version)
      const place = places.get(no)
      if (!place) places.set(no, { no, version, cut: undefined })
      else if (place.version < version) {
        forget(place)
        place.version = version
      }
    }
    // a new list, not the old one changed: somebody may be in the middle of it
    if (places.size > register.places.length) register.places = [...places.values()].sort((a, b) => a.no - b.no)
    register.version = Math.max(register.version, newest)
    return register
  }

  /** Reads the block of a place, and those after it that are not kept either, up to some lines more than a page has. */
  async function read(db: Db, living: Living, register: Register, places: readonly Place[], index: number, size: number): Promise<Cut> {
    const { version } = register
    let end = index + 1
    while (end < places.length && !places[end]?.cut) end++
    const asked = places.slice(index, end)
    const most = size + blockSize
    const lines = await missingIn(db, living, (asked[0] as Place).no, (asked.at(-1) as Place).no, most)
    // where lines were left off, the last block may not be whole
    const whole = lines.length < most ? Infinity : blockOf((lines.at(-1) as Line).viewer_no)
    const cuts = cutByBlock(
      printed(lines),
      asked.filter((place) => place.no < whole),
    )
    for (const [place, cut] of cuts) {
      // one that has moved since is good for this page and for no other
      if (place.cut || place.version > version || registers.get(register.key) !== register) continue
      place.cut = cut
      bytes += bytesOf(cut)
    }
    bound()
    return cuts.get(asked[0] as Place) as Cut
  }

  /** Where a page was taken from many prints, as where few are missing, its blocks share one from now on. */
  function join(places: readonly Place[], cuts: readonly Cut[]): void {
    for (const [place, cut] of cutByBlock(together(cuts), places))
      if (place.cut && place.cut.to - place.cut.from === cut.to - cut.from) place.cut = cut
  }

  return { registerOf, read, join }
}

/** The part of each of these blocks in a print. */
function cutByBlock(print: Cut['print'], places: readonly Place[]): Map<Place, Cut> {
  let at = 0
  return new Map(
    places.map((place) => {
      // lines of a block that has come since: the next page knows of it
      while (at < print.viewer_nos.length && blockOf(print.viewer_nos[at] as number) < place.no) at++
      const from = at
      while (at < print.viewer_nos.length && blockOf(print.viewer_nos[at] as number) === place.no) at++
      return [place, { print, from, to: at }]
    }),
  )
}

/** Blocks in which a line has changed since a version, and the version of each. */
async function movedSince(db: Db, { corp_no, living_no }: Living, version: number): Promise<[no: number, version: number][]> {
  const [moved] = await db.all<{ blocks: string | null }>(sql`
    select string_agg('[' || block || ',' || version || ']', ',') as blocks from register_block
    where corp_no = ${corp_no} and living_no = ${living_no} and version > ${version}`)
  return moved?.blocks ? JSON.parse(`[${moved.blocks}]`) : []
}

/** The missing of these blocks and those between, in order. As two long strings: 1,000 lines in a third of the time of rows. No text holds a line's end. */
async function missingIn(db: Db, living: Living, first: number, last: number, most: number): Promise<Line[]> {
  const [found] = await db.all<{ viewer_nos: string | null; entries: string }>(sql`
    select string_agg(cast(viewer_no as text), ',') as viewer_nos, string_agg(entry, '\n') as entries
    from (
      select viewer_no, entry ${missingOf(living)}
        and viewer_no >= ${first * blockSize} and viewer_no < ${(last + 1) * blockSize}
      order by viewer_no limit ${most}
    ) as page`)
  if (!found?.viewer_nos) return []
  const entries = found.entries.split('\n')
  return (JSON.parse(`[${found.viewer_nos}]`) as number[]).map((viewer_no, index) => ({ viewer_no, entry: entries[index] as string }))
}

/** Their lines, as the index of the missing says it. */
export const missingOf = ({ corp_no, living_no }: Living) => sql`from attendance
      where corp_no = ${corp_no} and living_no = ${living_no} and in_range = 1 and is_subscribe = 1 and excused is null and watched = 0`
