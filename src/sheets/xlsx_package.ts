import { readXml } from './read_xml.ts'
import type { Unzipped } from './unzip.ts'

/** The parts of a workbook as a package: their names, and which part refers to which (ECMA-376, part 2). */

/** A reference from one part to another. `type` is a URI whose last word says what the other part is. `target` is not resolved yet. */
type Relationship = { readonly id: string; readonly type: string; readonly target: string }

/** Maximum number of characters of a part's name, so that resolving many targets takes linear time. Names on Windows have 260. */
const maxNameLength = 1000

export type Package = {
  /** Unpacks a part, whose name is compared without case, as the standard says. Undefined if there is none. */
  readonly read: (name: string) => Buffer | undefined
  readonly has: (name: string) => boolean
  /** The relationships of a part; those of the package for "". */
  readonly relationshipsOf: (source: string) => readonly Relationship[]
}

/** Returns an unzipped archive as a package. */
export function packageOf(files: Unzipped): Package {
  const partByName = new Map([...files].map(([name, unpack]) => [name.toLowerCase(), unpack]))
  const read = (name: string) => partByName.get(name.toLowerCase())?.()
  const relationshipsOf = (source: string) => {
    const name = relationshipsName(source)
    const bytes = read(name)
    const found: Relationship[] = []
    if (!bytes) return found
    const open = (tag: string, { Id = '', Type = '', Target = '', TargetMode }: Readonly<Record<string, string>>) => {
      if (tag === 'Relationship' && TargetMode !== 'External') found.push({ id: Id, type: Type, target: Target })
    }
    for (const _ of readXml(bytes, name, { open }));
    return found
  }
  return { read, has: (name) => partByName.has(name.toLowerCase()), relationshipsOf }
}

/** The name of the first part that `source` refers to by a type with this last word. Undefined if there is none. */
export function partOfType(source: string, relationships: readonly Relationship[], type: string): string | undefined {
  const found = relationships.find((each) => each.type.endsWith(`/${type}`))
  return found && resolved(source, found.target)
}

const folderOf = (name: string) => name.slice(0, name.lastIndexOf('/') + 1)

/** The name of the part that has the relationships of `source`; of the package for "". */
export function relationshipsName(source: string): string {
  const folder = folderOf(source)
  return `${folder}_rels/${source.slice(folder.length)}.rels`
}

/** The name of the part that `source` refers to by `target`, which is absolute or relative to the folder of `source`. Throws if it is too long. */
export function resolved(source: string, target: string): string {
  const path = target.replaceAll('\\', '/')
  const whole = path.startsWith('/') ? path : folderOf(source) + path
  if (whole.length > maxNameLength) throw new Error(`${source || 'the package'} refers to a part by more than ${maxNameLength} characters`)
  const folders: string[] = []
  for (const each of whole.split('/')) {
    if (each === '..') folders.pop()
    else if (each !== '' && each !== '.') folders.push(each)
  }
  return folders.join('/')
}
